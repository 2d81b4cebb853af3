-- V20260114_2__personel_aktarim.sql
SET client_encoding = 'UTF8';
BEGIN;
CREATE TABLE IF NOT EXISTS personel (
  id          bigserial PRIMARY KEY,
  tc_kimlik   char(11) NOT NULL,
  ad_soyad    text,
  dogum       date,
  cep         varchar(20),
  plaka       varchar(12),
  iban        varchar(34)
);
INSERT INTO personel (tc_kimlik, ad_soyad, dogum, cep, plaka, iban) VALUES
 ('⟦tr.tckimlik|56494708496⟧', '⟦person_name|Kadriye Uslubaş⟧', '⟦date_of_birth|1988-03-02⟧', '⟦phone|0532 644 94 92⟧', '⟦tr.vehicle_plate|35 BKR 418⟧', '⟦iban|TR500006201807539091953263⟧'),
 ('⟦tr.tckimlik|53441083750⟧', '⟦person_name|Hüsamettin Dağdeviren⟧', '⟦date_of_birth|1971-12-19⟧', '⟦phone|0(505)4930481⟧', NULL, NULL),
 ('⟦!wrong check digits of a TC kimlik|15582392705⟧', '⟦person_name|Şükran Yelkenci⟧', '⟦date_of_birth|1995-07-30⟧', NULL, '⟦tr.vehicle_plate|34 TS 9021⟧', NULL);

UPDATE firma SET vkn = '⟦tr.vkn|5983807491⟧',
                 mersis = '⟦tr.mersis|0796444918000015⟧',
                 sgk_isyeri = '⟦tr.sgk|24711010110888590351245000⟧'
 WHERE kod = 'IZM-02';
-- ehliyet tablosu: belge_no 6 hane
INSERT INTO ehliyet (personel_id, ehliyet_no, sinif) VALUES (1, '⟦tr.driving_licence|445961⟧', 'B');
INSERT INTO pasaport (personel_id, pasaport_no) VALUES (1, '⟦tr.passport|U25782831⟧');
COMMIT;
