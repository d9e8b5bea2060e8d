package dev.postrider.sample.signup.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {
    @Test
    void aUrlIsTakenApart() {
        DatabaseAddress address =
                DatabaseAddress.parse("postgresql://ada:p%40ss+1@db.example:6432/app?sslmode=require");

        assertThat(address).isEqualTo(new DatabaseAddress("//db.example:6432/app?sslmode=require", "ada", "p@ss+1"));
    }

    @Test
    void thePortHasADefault() {
        assertThat(DatabaseAddress.parse("postgresql://ada:x@db/app").location())
                .isEqualTo("//db:5432/app");
    }

    @Test
    void theConfigurationLeadsBackToTheSameDatabase() {
        DatabaseAddress address = DatabaseAddress.parse("postgresql://ada:p%40s%2Fs+1 %20@db/app".replace(" ", ""));

        String url = address.asConfiguration().get(DatabaseAddress.URL_PROPERTY);

        assertThat(DatabaseAddress.parse(url)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "mysql://a:secret@db/app", "postgresql://db/app", "postgresql://a:secret@db", "post gres"})
    void whatIsNoUrlIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> DatabaseAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void thePasswordStaysOutOfLogs() {
        assertThat(DatabaseAddress.parse("postgresql://ada:secret@db/app").toString())
                .doesNotContain("secret");
    }
}
