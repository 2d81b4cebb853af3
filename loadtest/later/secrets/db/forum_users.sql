-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
-- Host: localhost    Database: forum
SET NAMES utf8mb4;
CREATE TABLE `users` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `login` varchar(40) NOT NULL,
  `mail` varchar(120) NOT NULL,
  `pass` varchar(255) NOT NULL COMMENT 'bcrypt, older ones phpass or md5',
  `reset_token` char(32) DEFAULT NULL,
  `avatar_md5` char(32) DEFAULT NULL,
  `last_ip` varchar(45) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
LOCK TABLES `users` WRITE;
INSERT INTO `users` VALUES
(1,'⟦username|zimtstern⟧','⟦email|zimtstern@mailnest-garten.de⟧','⟦password_hash|$2y$10$igGOr7qB8mAUgMX5R0/pIO51Cc.pZH1NigNsrqI3jKCBHfYfOWFiO⟧',NULL,'⟦!hash of an image|fe06fa7cd211a591c374e951d7e6c043⟧','⟦ipv4|178.24.9.201⟧'),
(2,'⟦username|old_heron⟧','⟦email|heron61@wetlands-birding.org⟧','⟦password_hash|$P$BvSJdYDiljNePE3mbnIkvPIxKYMUdRn⟧',NULL,NULL,NULL),
(5,'⟦username|Karlo⟧','⟦email|karlo.b@inboxwerk.net⟧','⟦password_hash|6395cabbda63bc8c45e3558d818154e9⟧','⟦?api_key|12979e8b66964f7930bdd19e7173e567⟧','⟦!hash of an image|be4a5f80b2b622d8cf7f30117871509b⟧','⟦ipv6|2003:e4:9f11:4a00:c8d3:21ff:fe0a:44b1⟧'),
(9,'⟦username|deleted_9⟧','','!',NULL,NULL,NULL);
UNLOCK TABLES;
CREATE TABLE `settings` (`k` varchar(64), `v` text);
INSERT INTO `settings` VALUES ('board_title','Balkon & Garten'),('smtp_user','⟦email|forum@mailnest-garten.de⟧'),('smtp_pass','⟦password|Efeu/Ranke/3⟧'),('password_min','8'),('recaptcha_site_key','⟦!site key, public|6Le2umIDAAAAAdtyk1T7i5DVS9hPfUhf_yG_Se-O⟧'),('recaptcha_secret','⟦google.recaptcha_secret|6LeCrAjqAAAAAAWm2hBg0ltIELqt-axk9xr8_NBg⟧'),('cron_key','⟦?api_key|smnkR81lHxzV8YNzPGiuaGC1KmzSqlu8⟧'),('schema_hash','1bb21ca95b0eafdb6207d915842f750c038c83c5');
-- GRANTs
CREATE USER '⟦?username|forum⟧'@'localhost' IDENTIFIED BY '⟦password|Sauerampfer⟧';
CREATE USER '⟦?username|ro⟧'@'%' IDENTIFIED BY PASSWORD '⟦password_hash|*5030944FD3F15E1A560C6F4AAF7129E6C7452A64⟧';
