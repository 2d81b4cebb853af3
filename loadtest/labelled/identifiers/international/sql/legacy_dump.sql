-- MySQL dump 10.13, table `kunden`
INSERT INTO `kunden` VALUES (447,'⟦person_name|Uwe Kröger⟧','⟦iban|DE73370400440379351778⟧','⟦email|uwe.kroeger@altpost.example⟧','2025-03-14 04:47:18');
INSERT INTO `kunden` VALUES (448,'⟦person_name|Vroni Pichler⟧','⟦iban|AT832011196851935251⟧','⟦email|vroni@almpost.example⟧','2025-03-14 04:47:19');
INSERT INTO `kunden` VALUES (449,'⟦person_name|Beat Zgraggen⟧','⟦iban|CH3000762505985553496⟧',NULL,'2025-03-14 04:47:20');
INSERT INTO `cc_legacy` VALUES (1,'⟦payment_card|4504865537607490⟧','⟦payment_card.expiry|1227⟧'),(2,'⟦payment_card|5332174908583041⟧','⟦payment_card.expiry|0828⟧'),(3,'⟦!payment_card with wrong check digit|4697998067928568⟧',NULL);
INSERT INTO `bestellung` VALUES (4471822904,'⟦!order number|DE-2025-0447182290⟧',118.20),(4471822905,'⟦!order number|DE-2025-1182044771⟧',22.90);
