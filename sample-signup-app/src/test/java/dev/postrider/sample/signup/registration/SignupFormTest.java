package dev.postrider.sample.signup.registration;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignupFormTest {
    private static final String PASSWORD = "correct horse battery";
    private static final ValidatorFactory FACTORY = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory();
    private static final Validator VALIDATOR = FACTORY.getValidator();

    @AfterAll
    static void close() {
        FACTORY.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.com", "a.b+c@mail.example.co.uk", "  ada@example.com ", "o'neil@example.org"})
    void anOrdinaryAddressIsTaken(String email) {
        assertThat(new SignupForm("Ada", email, PASSWORD).problems(VALIDATOR)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada",
                "ada@",
                "@example.com",
                "ada@localhost",
                "ada@example..com",
                "ada lovelace@example.com",
                "ada@example.com, eve@example.com",
                "ada@example.com\r\nBcc: eve@example.com",
                "\"ada\"@example.com",
                "ada@exämple.com"
            })
    void whatIsNoAddressIsRefused(String email) {
        assertThat(new SignupForm("Ada", email, PASSWORD).problems(VALIDATOR)).containsOnlyKeys("email");
    }

    @Test
    void anEmptyFormNamesEveryFieldOnceAndInOrder() {
        assertThat(new SignupForm(null, null, null).problems(VALIDATOR).keySet())
                .containsExactly("name", "email", "password");
        assertThat(new SignupForm(null, null, null).problems(VALIDATOR))
                .containsEntry("password", "Choose a password.")
                .containsEntry("name", "Tell us what to call you.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ada\nLovelace", "Ada\u0000", "\u0007Ada"})
    void controlCharactersInANameAreRefused(String name) {
        assertThat(new SignupForm(name, "ada@example.com", PASSWORD).problems(VALIDATOR))
                .containsOnlyKeys("name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "123456789", "aaaaaaaaaaaaaa", "my ada@example.com!"})
    void aPasswordThatIsEasilyGuessedIsRefused(String password) {
        assertThat(new SignupForm("Ada", "ada@example.com", password).problems(VALIDATOR))
                .containsOnlyKeys("password");
    }

    @Test
    void aPasswordBeyondWhatIsHashedIsRefusedAndNotCut() {
        assertThat(new SignupForm("Ada", "ada@example.com", "ä1".repeat(25)).problems(VALIDATOR))
                .containsOnlyKeys("password");
        assertThat(new SignupForm("Ada", "ada@example.com", "ä1".repeat(24)).problems(VALIDATOR))
                .isEmpty();
    }

    @Test
    void theFormDoesNotShowItsPasswordInLogs() {
        assertThat(new SignupForm("Ada", "ada@example.com", PASSWORD).toString())
                .doesNotContain(PASSWORD);
    }
}
