-- Praxis-Export (Altsystem, ISO->UTF8), nur Tabellen arzt/pat
CREATE TABLE arzt (id int, nachname varchar(40), lanr char(9), bsnr char(9));
INSERT INTO arzt VALUES
 (1,'⟦person_name|Brüggemeier⟧','⟦de.lanr|555760803⟧','⟦de.bsnr|201947300⟧'),
 (2,'⟦person_name|Okonkwo-Seidel⟧','⟦de.lanr|746295334⟧','⟦de.bsnr|201947300⟧');
CREATE TABLE pat (pat_nr int, nachname varchar(40), vorname varchar(40), geb date, kvnr char(10), kasse_ik char(9), diag varchar(12));
INSERT INTO pat VALUES
 (⟦medical_record_number|30114⟧,'⟦person_name|Lüders⟧','⟦person_name|Hinnerk⟧','⟦date_of_birth|1951-06-30⟧','⟦de.kvnr|T550975082⟧','⟦de.ik_number|106176469⟧','⟦icd10|I25.13⟧'),
 (⟦medical_record_number|30115⟧,'⟦person_name|Yavuz⟧','⟦person_name|Selin⟧','⟦date_of_birth|1994-02-17⟧','⟦de.kvnr|B256284027⟧','⟦de.ik_number|100936728⟧','⟦icd10|E03.8⟧'),
 (⟦medical_record_number|30118⟧,'⟦person_name|Ahrens⟧','⟦person_name|Gesa⟧','⟦date_of_birth|2001-12-05⟧',NULL,NULL,NULL);
-- kvnr '⟦!wrong check digit, de.kvnr|M850840576⟧' beim Import abgelehnt, Karte erneut einlesen
-- GOÄ-Ziffern und Pauschalen sind keine Schlüssel auf pat:
CREATE TABLE leistung (lfd int, ziffer varchar(6), punkte int, stand date);
INSERT INTO leistung VALUES (1,'03220',130,'2024-04-01'),(2,'03230',128,'2024-04-01'),(3,'01732',320,'2023-10-01');
-- Laufnummern: ⟦!prescription pad number of the shape of a KVNR|A100482913⟧, A100482914, A100482915 (Rezeptblock, Druckerei)
