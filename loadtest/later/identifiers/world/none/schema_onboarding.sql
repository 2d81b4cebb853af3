-- columns only; rows live in the vault
CREATE TABLE applicant (
    applicant_id   bigint GENERATED ALWAYS AS IDENTITY (START WITH 100200300),
    ssn            char(11)   CHECK (ssn ~ '^\d{3}-\d{2}-\d{4}$'),
    sin            char(9),
    curp           char(18)   CHECK (curp ~ '^[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d$'),
    cpf            varchar(14) DEFAULT NULL,
    passport_no    varchar(20),
    passport_cc    char(3)    REFERENCES iso3166_alpha3,
    iban           varchar(34),
    card_token     uuid,
    date_of_birth  date       CHECK (date_of_birth > DATE '1900-01-01'),
    created_at     timestamptz DEFAULT now()
);
COMMENT ON COLUMN applicant.ssn IS 'US Social Security number, 9 digits; never log. Stored as vault:v1 reference.';
COMMENT ON COLUMN applicant.curp IS 'Mexico. 18 characters, see instructivo normativo DOF 18-10-2021';

INSERT INTO id_kind (code, label, digits) VALUES
  ('us.ssn', 'Social Security number', 9), ('in.aadhaar', 'Aadhaar', 12), ('th.pin', 'citizen id', 13),
  ('za.id', 'identity number', 13), ('kr.rrn', 'resident registration', 13), ('au.tfn', 'TFN', 9);

-- migration marks
SELECT setval('applicant_applicant_id_seq', 418227735, true);
UPDATE schema_version SET version = 20261002041107, checksum = -1892272493;
UPDATE applicant SET ssn = NULL, cpf = '' WHERE created_at < '2019-01-01';
-- lock id 781929917733, lsn 1A/4F2209C8, xid 716195674
