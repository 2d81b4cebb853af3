package com.brightwell.accounts;

import java.util.Optional;
import org.mockito.⟦!class name|Mockito⟧;

/**
 * Looks up users.
 *
 * @author ⟦person_name|Marta Lindqvist⟧
 * @author ⟦person_name|J. P. Okafor⟧ (since 2.1)
 * @see ⟦!class name|JohnDoeFactory⟧
 */
public class UserService {

    private static final String DEFAULT_NAME = "⟦!placeholder|John Doe⟧";
    private final ⟦!class name|JackRabbitRepository⟧ repository;
    private final ⟦!class name|RachelClient⟧ client;

    // TODO(⟦?person_name|marta⟧): ask ⟦person_name|Bertrand⟧ whether this may return null
    public Optional<User> find(String firstName, String lastName) {
        return repository.findByFirstNameAndLastName(firstName, lastName);
    }

    // ⟦!law of computing|Murphy's law⟧: it will be called twice. ⟦!law of computing|Conway⟧ was right, too.
    void greet(User u) {
        System.out.println("Dear " + u.getFirstName() + " " + u.getLastName());
    }
}
