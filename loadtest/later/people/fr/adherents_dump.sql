-- Dump asso « Les Vacances de Monsieur Arc » (centre LGBT), MariaDB 10.6
-- hôte : db1   base : arc_prod   2024-09-30 03:00:01
SET NAMES utf8mb4;
DROP TABLE IF EXISTS `adherents`;
CREATE TABLE `adherents` (
  `id` int NOT NULL AUTO_INCREMENT,
  `nom` varchar(64), `prenom` varchar(64), `pronom` varchar(8),
  `naissance` date, `rue` varchar(120), `cp` char(5), `ville` varchar(60),
  `tel` varchar(20), `courriel` varchar(120), `orientation` varchar(30), `remarque` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `adherents` VALUES
(1,'⟦person_name|Carpentier⟧','⟦person_name|Loïc⟧','il','⟦date_of_birth|1984-11-02⟧','⟦postal_address|19 rue Sainte-Ursule⟧','⟦?postal_address|31000⟧','⟦?postal_address|Toulouse⟧','⟦phone|0623419087⟧','⟦email|loic.carpentier@laposte.net⟧','⟦category.orientation|gay⟧',NULL),
(2,'⟦person_name|N\'Diaye⟧','⟦person_name|Awa⟧','elle','⟦date_of_birth|1997-06-25⟧','⟦postal_address|Rés. Les Oliviers, bât. C⟧','⟦?postal_address|31400⟧','⟦?postal_address|Toulouse⟧','⟦phone|0749218834⟧','⟦email|awa.nd@proton.me⟧','⟦category.orientation|bisexuelle⟧','groupe de parole, sa ⟦?category.orientation|compagne⟧ ⟦person_name|Margaux⟧ aussi'),
(3,'⟦person_name|de La Roque⟧','⟦person_name|Camille⟧','⟦?category.orientation|iel⟧','⟦date_of_birth|2001-01-19⟧',NULL,NULL,NULL,NULL,'⟦email|cdlr@riseup.net⟧','⟦category.orientation|trans⟧','RDV Dr ⟦person_name|Szymański⟧; ⟦category.health|séropositif⟧'),
(4,'⟦!exemple à remplacer|NOM⟧','⟦!exemple à remplacer|Prénom⟧','','1970-01-01','','00000','','0600000000','','',NULL);
-- table `lieux` : rien de personnel
INSERT INTO `lieux` VALUES (1,'Espace Simone-Veil','salle Harvey Milk'),(2,'Bar Le Petit Robert','terrasse'),(3,'Gîte Madame Irma',NULL);
-- fin
