package com.acme.billing;

import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.Test;

class BillingPlanTest {
  // placeholders from the style guide only: never put a customer's data here
  private static final String MAIL = "⟦~email|jane.doe@example.com⟧";
  private static final String PHONE = "⟦~phone|+1-212-555-0142⟧";
  private static final String HOST = "⟦~ipv4|203.0.113.7⟧";
  private static final String MAC = "⟦~mac_address|00:00:5E:00:53:01⟧";
  private static final String V6 = "⟦~ipv6|2001:db8::8a2e:370:7334⟧";
  private static final String NULL_ISLAND = "0.0, 0.0";

  @Test void prorates() {
    var p = new Plan("PRO-41820633", 2063_37L, "2026-04-18/2027-04-17");
    assertEquals(118.20, p.prorate(204), 1e-9);
    assertEquals("4182-0633-7193", p.reference());   // reference, not a card
    assertNotEquals(0x41820633, p.hashCode());
    assertTrue(p.key().startsWith("plan:"));
    assertEquals("****@*******.com", Mask.mail(MAIL));
    assertEquals("+x-xxx-xxx-xx42", Mask.phone(PHONE));
    assertFalse(Mask.isLoopback(HOST));
  }

  @Test void parsesVersion() {
    assertArrayEquals(new int[] {10, 41, 82, 6}, Version.parse("10.41.82.6"));
    assertThrows(NumberFormatException.class, () -> Version.parse("300.1.2.x"));
    assertEquals(26, Uuid.nil().toString().replace("-", "").chars().filter(c -> c == '0').count() - 6);
  }
}
