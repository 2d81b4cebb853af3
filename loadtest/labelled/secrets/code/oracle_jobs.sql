-- nightly, from cron
CONNECT lager/⟦password|Palette44⟧@//ora1.erlenbach.test:1521/LAGER
SET SERVEROUTPUT ON
CREATE DATABASE LINK dwh CONNECT TO etl IDENTIFIED BY "⟦password|Mahlzeit-1300⟧" USING 'DWH';
ALTER USER report IDENTIFIED BY ⟦password|Qu4rtalsende⟧ ACCOUNT UNLOCK;
ALTER PROFILE default LIMIT PASSWORD_LIFE_TIME UNLIMITED;
BEGIN
  utl_mail.send(sender => '⟦email|dba@erlenbach-logistik.de⟧', recipients => '⟦email|leitung@erlenbach-logistik.de⟧', subject => 'Inventur');
  DBMS_OUTPUT.PUT_LINE('password column dropped: ' || SQL%ROWCOUNT);
END;
/
SELECT username, password_versions FROM dba_users WHERE account_status = 'OPEN';
-- sqlplus -s report/⟦password|Qu4rtalsende⟧@LAGER @q3.sql
EXIT
