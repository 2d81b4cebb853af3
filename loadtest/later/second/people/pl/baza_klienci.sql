-- Dump: klinika_wet, host db-02, MariaDB 10.6
SET NAMES utf8mb4;
DROP TABLE IF EXISTS `wlasciciele`;
CREATE TABLE `wlasciciele` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `imie` varchar(60) DEFAULT NULL,
  `nazwisko` varchar(80) DEFAULT NULL,
  `ulica` varchar(120) DEFAULT NULL,
  `kod_miasto` varchar(80) DEFAULT NULL,
  `tel` varchar(30) DEFAULT NULL,
  `uwagi` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

INSERT INTO `wlasciciele` VALUES
(1,'⟦person_name|Żaneta⟧','⟦person_name|Brzęczyszczykowska⟧','⟦postal_address|ul. Leśna 4⟧','⟦?postal_address|16-400 Suwałki⟧','⟦phone|87 566 21 40⟧',NULL),
(2,'⟦person_name|Roch⟧','⟦person_name|Pawelec⟧','⟦postal_address|os. Bohaterów Września 61/8⟧','⟦?postal_address|31-621 Kraków⟧','⟦phone|+48 517 330 924⟧','⟦category.health|niewidomy⟧, pies przewodnik Figa'),
(3,'⟦person_name|Swietłana⟧','⟦person_name|Moroz-Lis⟧','⟦postal_address|Kolonia Wola 12A⟧','⟦?postal_address|21-132 Kamionka⟧','⟦phone|795-204-118⟧','mówi po ukraińsku'),
(4,'Schronisko','Azyl pod Psim Aniołem','⟦?postal_address|ul. Kosodrzewiny 7⟧','⟦?postal_address|04-979 Warszawa⟧','⟦phone|226128310⟧','fundacja, faktura'),
(5,'⟦person_name|Dobromir⟧','⟦person_name|Ćwiek⟧','⟦postal_address|al. Piłsudskiego 105/33⟧','⟦?postal_address|90-330 Łódź⟧','⟦phone|663 081 447⟧','kontakt przez córkę ⟦person_name|Ninę⟧');

DROP TABLE IF EXISTS `zwierzeta`;
CREATE TABLE `zwierzeta` (`id` int, `wl_id` int, `imie` varchar(40), `gatunek` varchar(20), `ur` date, `dx` varchar(80));
INSERT INTO `zwierzeta` VALUES
(10,1,'Marysia','kot','2016-05-01','niewydolność nerek'),
(11,2,'Figa','pies','2019-03-17','zdrowa'),
(12,3,'Kazik','papuga','2021-08-08','złamanie skrzydła'),
(13,5,'Napoleon','kot','2012-11-30','cukrzyca'),
(14,5,'Pani Zofia','królik','2022-02-02','nadwaga');

-- procedura: Batory_cleanup; trigger: po_wstawieniu_Kmicic
-- ostatni import wykonał ⟦?username|rpawelec⟧, 2024-01-31 06:12:44
