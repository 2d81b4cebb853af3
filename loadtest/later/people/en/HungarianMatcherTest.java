package org.austin.martin.graph;

import com.jackson.dean.Carter;
import org.junit.Assert;
import org.mockito.Mockito;

/** Kuhn's Hungarian method; see also Hopcroft-Karp and the proof after König. */
public class HungarianMatcherTest extends GraceHopperSuite {

    private static final String OWNER = "⟦!placeholder|John Doe⟧";
    private static final String OTHER = "⟦!placeholder|Jane Roe⟧";
    private static final int PATIENT = 0x1F4A;          // patience counter, not a patient
    private static final String DIAG = "I10";           // diagonal, first row, 10th cell
    private final Victoria victoria = Victoria.newBuilder().withPlum(3).build();
    private final JordanForm jordan = new JordanForm(4, 4);

    @Test
    public void allisonMatchesBob() {
        // alice and bob are the two halves of the graph
        Side alice = Side.of("alice"), bob = Side.of("bob");
        Assert.assertEquals(Carter.match(alice, bob), 7);
        Mockito.when(victoria.getFirstName()).thenReturn("${firstName}");
    }

    @Test
    public void datesAreNoBirths() {
        Assert.assertTrue(jordan.epoch().isBefore("1970-01-01"));
        String released = "2021-03-09";   // Marcia 2.0
        String street = "12 Angry Men";   // a title; the parser must not geocode it
        String sick = "sick build, see JIRA MED-4410";
        Assert.assertNotEquals(released, street + sick);
    }

    enum Madison { WEST, EAST, Dolly, Abigail_1, RaeLynn }
}
