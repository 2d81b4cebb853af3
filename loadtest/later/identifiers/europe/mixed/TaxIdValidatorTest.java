package example.kyc;

import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;

/** Copied from prod tickets (KYC-417): customers whose numbers were refused although they are right. */
class TaxIdValidatorTest {
    private final TaxIdValidator v = new TaxIdValidator(20_252_827L, "rev-00645862");

    @Test void steuerIdWithLeadingFour() {
        assertTrue(v.ok("DE", Kind.STEUER_ID, "⟦de.tax_id|43503362799⟧"));
        assertFalse(v.ok("DE", Kind.STEUER_ID, "⟦!wrong check digit, de.tax_id|41035726201⟧"));
        assertFalse(v.ok("DE", Kind.STEUER_ID, "⟦~de.tax_id|86095742719⟧"), "sample from the docs is blocked");
    }

    @Test void spiOldTaxpayer() {
        // M. ⟦person_name|Quentin Barreau⟧, ticket KYC-394-9
        assertTrue(v.ok("FR", Kind.SPI, "⟦fr.spi|2759948426123⟧"));
        assertFalse(v.ok("FR", Kind.SPI, "⟦!wrong check digits, fr.spi|2315223305846⟧"));
    }

    @Test void oib() {
        assertTrue(v.ok("HR", Kind.OIB, "⟦hr.oib|79980373489⟧"));
        assertFalse(v.ok("HR", Kind.OIB, "⟦!wrong check digit, hr.oib|74021074821⟧"));
    }

    @Test void bsnAndRsin() {
        assertTrue(v.ok("NL", Kind.BSN, "⟦nl.bsn|065194366⟧"));
        assertTrue(v.ok("NL", Kind.RSIN, "⟦nl.rsin|898342648⟧"));
        assertFalse(v.ok("NL", Kind.BSN, "⟦!fails the 11-test|254688349⟧"));
        assertFalse(v.ok("NL", Kind.BSN, "000000000"));
    }

    @Test void matriculeLuxembourg() {
        assertTrue(v.ok("LU", Kind.MATRICULE, "⟦lu.national_id|1991041865495⟧"));
        assertThrows(IllegalArgumentException.class, () -> v.ok("LU", Kind.MATRICULE, "1991-06-57"));
    }

    @Test void nissPortugal() {
        assertTrue(v.ok("PT", Kind.NISS, "⟦pt.niss|12567803736⟧"));
        assertFalse(v.ok("PT", Kind.NISS, "⟦!wrong check digit, pt.niss|12248477873⟧"));
    }

    @Test void serialVersion() { assertEquals(8376576981L, TaxIdValidator.serialVersionUID); }
}
