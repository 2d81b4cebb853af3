-- MySQL dump 10.13  Distrib 8.0.36
-- Host: ⟦!host|victoria⟧    Database: shop_lincoln

DROP TABLE IF EXISTS `customer`;
CREATE TABLE `customer` (
  `id` int NOT NULL AUTO_INCREMENT,
  `first_name` varchar(64), `last_name` varchar(64), `birth_date` date,
  `address` varchar(255), `notes` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;

INSERT INTO `customer` VALUES
(1,'⟦person_name|Ragnhild⟧','⟦person_name|Thorvaldsen⟧','⟦date_of_birth|1971-02-18⟧','⟦postal_address|Kirkegata 3, 7014 Trondheim⟧',NULL),
(2,'⟦person_name|Emeka⟧','⟦person_name|Obi-Nwosu⟧','⟦date_of_birth|1989-10-05⟧','⟦postal_address|40 Peachtree Hills Ave NE, Atlanta, GA 30305⟧','⟦category.health|deaf⟧ - text only'),
(3,'⟦person_name|María José⟧','⟦person_name|O\'Higgins⟧','⟦date_of_birth|1994-07-23⟧','⟦postal_address|Av. Apoquindo 3000, depto 81, 7550000 Las Condes⟧','birthday card sent'),
(4,'⟦person_name|Thị Kim⟧','⟦person_name|Đặng⟧',NULL,'','merged, see id 9');

INSERT INTO `product` VALUES (1,'⟦!product|Harry⟧ table lamp','⟦!company|Charles Bentley⟧'),(2,'⟦!product|Sofia⟧ rug','⟦!company|Ralph Lauren⟧'),(3,'⟦!product|Chesterfield⟧ sofa','⟦!company|Laura Ashley⟧');
INSERT INTO `city` VALUES (1,'⟦!city|Houston⟧','US'),(2,'⟦!city|Victoria⟧','CA'),(3,'⟦!city|Florence⟧','IT'),(4,'⟦!city|Charlotte⟧','US');
