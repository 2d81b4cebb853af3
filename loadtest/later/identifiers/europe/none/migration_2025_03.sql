-- adds identity columns; no data here, backfill runs separately
BEGIN;
ALTER TABLE customer ADD COLUMN pesel        char(11)  CHECK (pesel ~ '^\d{11}$');
ALTER TABLE customer ADD COLUMN rodne_cislo  varchar(11);
ALTER TABLE customer ADD COLUMN codice_fisc  char(16)  DEFAULT NULL;
ALTER TABLE customer ADD COLUMN steuer_id    char(11);
ALTER TABLE customer ADD COLUMN passport_no  varchar(20) DEFAULT '⟦!placeholder|XX0000000⟧';
ALTER TABLE customer ADD COLUMN iban         varchar(34) DEFAULT '⟦!placeholder|XX00XXXX0000000000⟧';
COMMENT ON COLUMN customer.pesel IS 'PESEL, masked ⟦!masked|*******1234⟧ in exports';
COMMENT ON COLUMN customer.steuer_id IS 'IdNr., 11-stellig, nicht die Steuernummer (13-stellig, ELSTER)';
COMMENT ON COLUMN customer.iban IS 'e.g. DExx xxxx xxxx xxxx xxxx xx';
CREATE UNIQUE INDEX CONCURRENTLY ux_customer_pesel ON customer (pesel) WHERE pesel IS NOT NULL;
INSERT INTO schema_version (version, checksum, installed_rank) VALUES ('20250310104102', -1780354641, 698);
INSERT INTO schema_version (version, checksum, installed_rank) VALUES ('20250311091500', 430012548, 419);
-- ticket 74750931, MR !5539, tested on snapshot rds:kyc-2025-03-10-06-56
COMMIT;
