CREATE TABLE person (
  id            BIGINT PRIMARY KEY,         -- starts at 4471822904
  ssn           CHAR(11),                   -- format 999-99-9999
  passport_no   VARCHAR(9),
  iban          VARCHAR(34) CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
  nhs_number    CHAR(10),
  steuer_id     CHAR(11),
  created_at    TIMESTAMP DEFAULT '2025-03-14 04:47:18'
);
CREATE SEQUENCE person_seq START 1182044771 INCREMENT 18;
COMMENT ON COLUMN person.ssn IS 'nine digits, never log';
INSERT INTO meta VALUES ('schema', '⟦!version|20250314044718⟧'), ('checksum', '⟦!hash|44718229⟧');
