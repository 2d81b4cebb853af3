--
-- PostgreSQL database cluster dump
--
SET default_transaction_read_only = off;
CREATE ROLE orders;
ALTER ROLE orders WITH NOSUPERUSER INHERIT LOGIN PASSWORD '⟦password_hash|SCRAM-SHA-256$4096:oOq57QJEb5t5PUVHTkIwcA==$IwiCitS+Nb6NvmlBnnLYokgw9TILYPtoBRdDJu8FwBE=:mi+/0f3BbTTFwHiuLB9pr1UQfl29lhQdn0b0D1xN2Jw=⟧';
CREATE ROLE legacy;
ALTER ROLE legacy WITH LOGIN PASSWORD '⟦password_hash|md54f8a3f6a039624a7accb7ae35ef015fb⟧';
CREATE ROLE etl LOGIN PASSWORD '⟦password|Mahlzeit-1300⟧' VALID UNTIL '2025-01-01';
CREATE ROLE readers NOLOGIN;
GRANT readers TO etl;
CREATE SUBSCRIPTION s1 CONNECTION '⟦connection_string|host=db1 port=5432 user=replicator password=Kopie0815 dbname=orders⟧' PUBLICATION p1;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
SELECT crypt('⟦?password|test⟧', gen_salt('bf'));
COMMENT ON ROLE legacy IS 'password never changes, see INF-90';
