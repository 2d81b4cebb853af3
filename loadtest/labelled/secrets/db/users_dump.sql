-- MySQL dump 10.13  Distrib 8.0.36
SET NAMES utf8mb4;
DROP TABLE IF EXISTS `users`;
CREATE TABLE `users` (
  `id` int NOT NULL AUTO_INCREMENT,
  `login` varchar(64) NOT NULL,
  `password` varchar(255) NOT NULL,
  `reset_token` varchar(64) DEFAULT NULL,
  `remember_token` varchar(100) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `users` VALUES
(1,'admin','⟦password_hash|$2y$10$quYIeL56yKJIF1L4L4HdtudsC.HwR4Lui8HopnbtKa2BHwZUXn7du⟧',NULL,NULL),
(2,'hboll','⟦password_hash|$2y$10$f76/QvfJSZywUprDvv330.Yicr1r/nk8Myl5MFiHS99TfAv3fvEQu⟧','⟦magic_link|44914b06a63a12f718ee1ff82aa866f5cc54359136bff74a203e8d0d9aece628⟧',NULL),
(3,'mrieger','⟦password_hash|$argon2id$v=19$m=19456,t=2,p=1$GliPoSpKjIYjmpn7TP5Tbw$FERvulTJfYaxW2vo8re8O4lVIu/jjavMTAQ+4YCxrRU⟧',NULL,'⟦session_id|XJmasA7CWIsfqO2b5cVg3RcaJlK7rN22vwt4rrNQ0V4MCpbZUnPFtrecPzU1⟧'),
(4,'alt','⟦password_hash|$P$HChjPa9JetoApSMAMKUnvdgQhT11ze.⟧',NULL,NULL),
(5,'gast','',NULL,NULL);
CREATE USER 'app'@'%' IDENTIFIED BY '⟦password|Linsensuppe-7⟧';
ALTER USER 'root'@'localhost' IDENTIFIED WITH mysql_native_password AS '⟦password_hash|*B69027D44F6E5EDC07F1AEAD1477967B16F28227⟧';
GRANT ALL ON shop.* TO 'app'@'%';
SET PASSWORD FOR 'ro'@'%' = PASSWORD('⟦password|nurlesen⟧');
UPDATE settings SET value='⟦!md5 of a file|58de9ac3898a95ffd138877631608089⟧' WHERE name='theme_checksum';
