/** First and last names as people bear them, most common first. "佐藤|Sato": as written, and as it stands in an email. */
interface NameLists {
  first: string
  last: string
  /** Parts of which rare last names are put together. */
  rare?: readonly [string, string]
  /** Share of people with two last names. */
  double?: number
}

export const nameLists = {
  english: {
    first: `James, Mary, John, Patricia, Robert, Jennifer, Michael, Linda, David, Elizabeth, William, Susan, Thomas,
      Jessica, Daniel, Sarah, Matthew, Karen, Oliver, Emma, Jack, Olivia, Harry, Amelia, George, Charlotte, Emily,
      Andrew, Sophie, Joshua, Grace, Christopher, Hannah, Anthony, Megan, Mark, Laura, Paul, Rachel, Steven, Rebecca,
      Kenneth, Amy, Kevin, Kate, Brian, Alice, Edward, Ruby, Ryan, Lucy, Jacob, Chloe, Ethan, Zoe, Nathan, Victoria,
      Samuel, Eleanor, Benjamin, Isla, Aaron, Niamh, Liam, Siobhán, Tyler, Maya, Logan, Nicole, Peter, Alison`,
    last: `Smith, Johnson, Williams, Brown, Jones, Taylor, Davis, Wilson, Miller, Evans, Thomas, Anderson, Moore, Martin,
      Jackson, Thompson, White, Harris, Clark, Lewis, Robinson, Walker, Young, Allen, King, Wright, Scott, Hill, Green,
      Adams, Baker, Nelson, Hall, Campbell, Mitchell, Carter, Roberts, Phillips, Turner, Parker, Edwards, Collins,
      Stewart, Morris, Murphy, Cook, Rogers, Morgan, Cooper, Reed, Bailey, Bell, Kelly, Howard, Ward, Cox, Richardson,
      Wood, Watson, Brooks, Bennett, Gray, Hughes, Price, Sanders, Foster, Russell, Hamilton, Graham, Sullivan, Wallace,
      O'Brien, O'Connor, McDonald, Fisher, Henderson, Ellis, Harrison, Gibson, Marshall, Hunter, Palmer, Mills, Knight,
      Webb, Simpson, Barnes, Fletcher, Shaw, Holmes, Rose, Dunn, Spencer, Burns, Fox, Byrne, Walsh, Doyle, Gallagher`,
    rare: [
      'Ash, Black, Thorn, Win, Har, Brad, Whit, Stan, Ald, Cran, Fair, Green, Hawk, Lang, Mar, Nor, Oak, Pem, Rad, Sel, Tem, Up, Wex, Had',
      'worth, bourne, field, ham, ley, wick, stone, well, by, combe, den, brook, shaw, croft, gate, more, thwaite, sted',
    ],
  },
  german: {
    first: `Thomas, Sabine, Michael, Petra, Andreas, Claudia, Stefan, Anna, Christian, Julia, Markus, Katharina, Jan,
      Lena, Lukas, Laura, Felix, Sophie, Jonas, Marie, Maximilian, Leonie, Tobias, Hannah, Sebastian, Johanna, Jürgen,
      Ursula, Günther, Heike, Jörg, Birgit, Matthias, Franziska, Florian, Theresa, Björn, Käthe, Moritz, Greta`,
    last: `Müller, Schmidt, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Schäfer, Koch, Bauer,
      Richter, Klein, Wolf, Schröder, Neumann, Schwarz, Zimmermann, Braun, Krüger, Hofmann, Hartmann, Lange, Schmitt,
      Werner, Krause, Meier, Lehmann, Köhler, Herrmann, König, Walter, Kaiser, Fuchs, Peters, Lang, Scholz, Möller,
      Weiß, Jung, Hahn, Vogel, Friedrich, Keller, Günther, Frank, Berger, Winkler, Roth, Beck, Lorenz, Baumann, Huber`,
    rare: [
      'Eber, Stein, Linden, Rosen, Eich, Ober, Unter, Hohen, Birken, Stroh, Wald, Kalten, Gold, Silber, Feld, Brunn, Lauter, Hage',
      'hardt, mann, bach, berg, thal, meier, müller, brink, kamp, egger, huber, stein, busch, brunner, feld, hauer',
    ],
  },
  french: {
    first: `Marie, Jean, Camille, Pierre, Léa, Nicolas, Chloé, Julien, Manon, Thomas, Sophie, Antoine, Émilie, Lucas,
      Céline, Hugo, Aurélie, François, Élodie, Mathieu, Inès, Benoît, Anaïs, Jérôme, Zoé, Raphaël, Hélène, Guillaume`,
    last: `Martin, Bernard, Dubois, Thomas, Robert, Richard, Petit, Durand, Leroy, Moreau, Simon, Laurent, Lefèvre,
      Michel, Garcia, Roux, Fournier, Girard, Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent, Müller, Faure,
      Mercier, Blanc, Guérin, Boyer, Garnier, Chevalier, Legrand, Gauthier, Perrin, Clément, Morin, Noël, Béranger`,
    rare: [
      'Mont, Beau, Ville, Font, Roche, Cham, Bel, Val, Cour, Saint-',
      'mart, fort, neuve, rand, lieu, ault, mont, clair, val, court',
    ],
    double: 0.06,
  },
  spanish: {
    first: `María, José, Carmen, Antonio, Ana, Manuel, Lucía, Javier, Laura, David, Marta, Carlos, Paula, Daniel, Elena,
      Alejandro, Sofía, Miguel, Cristina, Rafael, Íñigo, Nuria, Álvaro, Raquel, Sergio, Begoña, Andrés, Irene`,
    last: `García, Rodríguez, González, Fernández, López, Martínez, Sánchez, Pérez, Gómez, Martín, Jiménez, Ruiz,
      Hernández, Díaz, Moreno, Muñoz, Álvarez, Romero, Alonso, Gutiérrez, Navarro, Torres, Domínguez, Vázquez, Ramos,
      Gil, Ramírez, Serrano, Blanco, Molina, Morales, Suárez, Ortega, Delgado, Castro, Ortiz, Rubio, Marín, Núñez, Iglesias`,
    double: 0.4,
  },
  italian: {
    first: `Giulia, Francesco, Chiara, Alessandro, Sara, Andrea, Martina, Marco, Francesca, Luca, Elena, Matteo, Valentina,
      Giuseppe, Federica, Davide, Alice, Simone, Silvia, Stefano, Niccolò, Giorgia, Riccardo, Beatrice`,
    last: `Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, Bruno, Gallo, Conti, De Luca,
      Mancini, Costa, Giordano, Rizzo, Lombardi, Moretti, Barbieri, Fontana, Santoro, Mariani, Rinaldi, Caruso, Ferrara`,
    rare: [
      'Monte, Bel, Campo, Villa, Ter, Pasqua, Casta, Ferra',
      'rini, luzzi, netti, franco, gnoli, relli, dori, massi, ventura',
    ],
  },
  dutch: {
    first: `Jan, Emma, Daan, Sophie, Sem, Julia, Lucas, Anna, Bram, Eva, Pieter, Lotte, Thijs, Fleur, Jeroen, Femke, Ruben,
      Sanne, Maarten, Anouk, Koen, Noor, Joris, Roos`,
    last: `De Jong, Jansen, De Vries, Van den Berg, Van Dijk, Bakker, Janssen, Visser, Smit, Meijer, De Boer, Mulder,
      De Groot, Bos, Vos, Peters, Hendriks, Van Leeuwen, Dekker, Brouwer, De Wit, Dijkstra, Smits, De Graaf, Van der Meer,
      Peeters, Maes, Claes, Willems, Mertens, Wouters`,
    rare: [
      'Hooge, Wester, Ooster, Nieuwen, Groene, Zuider, Kruis, Linden',
      'huis, veen, kamp, dijk, broek, stra, wal, horst, laar',
    ],
  },
  polish: {
    first: `Anna, Piotr, Katarzyna, Krzysztof, Małgorzata, Tomasz, Agnieszka, Paweł, Barbara, Jan, Ewa, Michał, Magdalena,
      Marcin, Zofia, Łukasz, Joanna, Jakub, Aleksandra, Stanisław`,
    last: `Nowak, Kowalski, Wiśniewski, Wójcik, Kowalczyk, Kamiński, Lewandowski, Zieliński, Szymański, Woźniak, Dąbrowski,
      Kozłowski, Jankowski, Mazur, Kwiatkowski, Krawczyk, Kaczmarek, Piotrowski, Grabowski, Zając, Pawłowski, Król`,
  },
  czech: {
    first:
      'Jana, Jiří, Marie, Jan, Eva, Petr, Hana, Josef, Lenka, Pavel, Kateřina, Tomáš, Lucie, Ondřej, Tereza, Vojtěch',
    last: `Novák, Svoboda, Novotný, Dvořák, Černý, Procházka, Kučera, Veselý, Horák, Němec, Marek, Pospíšil, Pokorný,
      Hájek, Král, Jelínek, Růžička, Beneš, Fiala, Sedláček`,
  },
  nordic: {
    first: `Lars, Anna, Erik, Maria, Karl, Ingrid, Anders, Karin, Johan, Sara, Nils, Emma, Per, Astrid, Mikkel, Freja, Søren,
      Mette, Åse, Bjørn, Øyvind, Sigrid, Jørgen, Linnéa, Mikko, Aino, Juha, Kaisa, Hanna, Väinö`,
    last: `Andersson, Hansen, Johansson, Nielsen, Karlsson, Jensen, Nilsson, Olsen, Eriksson, Pedersen, Larsson, Andersen,
      Olsson, Christensen, Persson, Larsen, Svensson, Sørensen, Gustafsson, Rasmussen, Pettersson, Jørgensen, Lindström,
      Korhonen, Virtanen, Mäkinen, Nieminen, Mäkelä, Håkansson, Åberg, Ødegård, Berg, Dahl, Lund, Haugen`,
    rare: [
      'Lind, Berg, Sjö, Sand, Ek, Björk, Holm, Fors, Norr, Gran',
      'kvist, ström, gren, blad, lund, mark, dahl, vall, stad, berg',
    ],
  },
  portuguese: {
    first: `Maria, João, Ana, Pedro, Beatriz, Tiago, Inês, Rui, Mariana, Miguel, Sofia, Gonçalo, Catarina, Lucas, Júlia,
      Rafael, Larissa, Thiago, Luísa, André`,
    last: `Silva, Santos, Ferreira, Pereira, Oliveira, Costa, Rodrigues, Martins, Souza, Fernandes, Gonçalves, Gomes, Lopes,
      Marques, Alves, Almeida, Ribeiro, Pinto, Carvalho, Teixeira, Araújo, Conceição, Simões, Magalhães`,
    double: 0.3,
  },
  greek: {
    first:
      'Γιώργος|Giorgos, Μαρία|Maria, Δημήτρης|Dimitris, Ελένη|Eleni, Νίκος|Nikos, Κατερίνα|Katerina, Yannis, Sofia, Kostas, Anna',
    last: `Παπαδόπουλος|Papadopoulos, Nikolaidis, Γεωργίου|Georgiou, Ιωάννου|Ioannou, Vasileiou, Οικονόμου|Oikonomou,
      Papadakis, Karagiannis, Αντωνίου|Antoniou, Makris`,
  },
  turkish: {
    first:
      'Mehmet, Fatma, Mustafa, Ayşe, Ahmet, Emine, Ali, Zeynep, Hüseyin, Elif, Çağla, Emre, Gül, Ömer, Şebnem, Deniz',
    last: `Yılmaz, Kaya, Demir, Çelik, Şahin, Yıldız, Yıldırım, Öztürk, Aydın, Özdemir, Arslan, Doğan, Kılıç, Aslan, Çetin,
      Koç, Kurt, Şimşek, Polat, Güneş`,
  },
  ukrainian: {
    first: `Олександр|Oleksandr, Олена|Olena, Андрій|Andrii, Наталія|Nataliia, Сергій|Serhii, Ірина|Iryna, Iryna, Bohdan,
      Дмитро|Dmytro, Оксана|Oksana, Юлія|Yuliia, Taras`,
    last: `Мельник|Melnyk, Шевченко|Shevchenko, Коваленко|Kovalenko, Бондаренко|Bondarenko, Ткаченко|Tkachenko, Kravchenko,
      Ковальчук|Kovalchuk, Олійник|Oliinyk, Шевчук|Shevchuk, Polishchuk, Лисенко|Lysenko, Hrytsenko`,
  },
  arabic: {
    first: `محمد|Mohamed, فاطمة|Fatima, أحمد|Ahmed, مريم|Mariam, Omar, Layla, يوسف|Youssef, نور|Nour, Khalid, Hala, حسن|Hassan, Salma`,
    last: `الأحمد|Al-Ahmad, حسن|Hassan, El-Sayed, إبراهيم|Ibrahim, Mansour, الخطيب|Al-Khatib, Haddad, سالم|Salem, Nasser, Farouk`,
  },
  indian: {
    first: `Aarav, Priya, Rahul, Ananya, Vijay, Kavita, Arjun, Deepika, Sanjay, Neha, प्रिया|Priya, राहुल|Rahul, Rohan, Meera,
      Suresh, Lakshmi, Amit, Pooja, Karthik, Divya`,
    last: `Sharma, Singh, Kumar, Patel, Gupta, Verma, Reddy, Iyer, Nair, Mehta, शर्मा|Sharma, Joshi, Rao, Das, Chatterjee,
      Kapoor, Agarwal, Pillai, Banerjee, Desai`,
  },
  chinese: {
    first: `伟|Wei, 芳|Fang, 娜|Na, 敏|Min, 静|Jing, 秀英|Xiuying, 强|Qiang, 磊|Lei, 洋|Yang, 艳|Yan, 勇|Yong, 军|Jun, 杰|Jie,
      涛|Tao, 明|Ming, Xin, Hui, Yifan`,
    last: `王|Wang, 李|Li, 张|Zhang, 刘|Liu, 陈|Chen, 杨|Yang, 黄|Huang, 赵|Zhao, 吴|Wu, 周|Zhou, 徐|Xu, 孙|Sun, 马|Ma, Zhu, Hu, Lin, He`,
  },
  japanese: {
    first: `陽葵|Himari, 蓮|Ren, 結衣|Yui, 大翔|Hiroto, 美咲|Misaki, 翔太|Shota, 葵|Aoi, 健太|Kenta, さくら|Sakura, 拓也|Takuya,
      Yuki, Haruto, Naoko, Kenji`,
    last: `佐藤|Sato, 鈴木|Suzuki, 高橋|Takahashi, 田中|Tanaka, 伊藤|Ito, 渡辺|Watanabe, 山本|Yamamoto, 中村|Nakamura, 小林|Kobayashi,
      加藤|Kato, 吉田|Yoshida, 山田|Yamada, Sasaki, Matsumoto, Inoue`,
  },
  korean: {
    first: '민준|Minjun, 서연|Seoyeon, 지훈|Jihoon, 지우|Jiwoo, 현우|Hyunwoo, 수빈|Subin, Eunji, Donghyun',
    last: '김|Kim, 이|Lee, 박|Park, 최|Choi, 정|Jung, 강|Kang, 조|Cho, Yoon, Jang, Lim',
  },
} as const satisfies Record<string, NameLists>

export type Culture = keyof typeof nameLists
