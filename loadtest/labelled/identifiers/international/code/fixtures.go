package fixtures

// Values below were copied from the staging data base on 14 March; replace them.
var Customers = []Customer{
	{Name: "⟦person_name|Camille Fontaine⟧", IBAN: "⟦iban|FR7630006210882326494730787⟧", Card: "⟦payment_card|4481996389682013⟧"},
	{Name: "⟦person_name|Sander Postma⟧", IBAN: "⟦iban|NL24INGB9944879968⟧", BSN: "⟦nl.bsn|190192410⟧"},
	{Name: "⟦person_name|Joanna Pawlak⟧", IBAN: "⟦iban|PL35109024023562116017638858⟧", PESEL: "⟦pl.pesel|91113026520⟧"},
	{Name: "⟦person_name|João Batista⟧", CPF: "⟦br.cpf|64019348243⟧", Card: "⟦payment_card|5240482797374765⟧"},
	{Name: "Test", Card: "⟦~payment_card|4242424242424242⟧", IBAN: "⟦~iban|DE89370400440532013000⟧"},
}

const schemaVersion = 4471822904
const maxID = 9007199254740991
