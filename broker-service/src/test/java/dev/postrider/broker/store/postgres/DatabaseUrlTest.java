package dev.postrider.broker.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.broker.store.postgres.DatabaseUrl.Host;
import io.vertx.pgclient.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @Test
    void readsEveryPart() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://ada:s3cret@db.example.com:6432/mail?sslmode=require");

        assertThat(url.hosts()).containsExactly(new Host("db.example.com", 6432));
        assertThat(url.database()).isEqualTo("mail");
        assertThat(url.user()).isEqualTo("ada");
        assertThat(url.password()).isEqualTo("s3cret");
        assertThat(url.sslMode()).isEqualTo(SslMode.REQUIRE);
        assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://db.example.com:6432/mail?sslmode=require");
    }

    @Test
    void takesDefaultsForWhatIsMissing() {
        DatabaseUrl url = DatabaseUrl.parse("postgres://localhost");

        assertThat(url.hosts()).containsExactly(new Host("localhost", 5432));
        assertThat(url.user()).isEqualTo("postgres");
        assertThat(url.database()).isEqualTo("postgres");
        assertThat(url.password()).isEmpty();
        assertThat(url.sslMode()).isEqualTo(SslMode.PREFER);
        assertThat(DatabaseUrl.parse("postgresql:///mail").hosts()).containsExactly(new Host("localhost", 5432));
        assertThat(DatabaseUrl.parse("postgresql://ada@h").database()).isEqualTo("ada");
    }

    @Test
    void decodesWhatIsEscaped() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://a%40b:p%3A%2F%3F+%25@h/my%20mail");

        assertThat(url.user()).isEqualTo("a@b");
        assertThat(url.password()).isEqualTo("p:/?+%");
        assertThat(url.database()).isEqualTo("my mail");
        assertThat(url.jdbcUrl()).contains("/my%20mail?");
    }

    @Test
    void readsAddressesInBracketsAndSeveralHosts() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://u@[fe80::1]:5433,[::1],h2:99/d");

        assertThat(url.hosts()).containsExactly(new Host("fe80::1", 5433), new Host("::1", 5432), new Host("h2", 99));
        assertThat(url.jdbcUrl()).startsWith("jdbc:postgresql://[fe80::1]:5433,[::1]:5432,h2:99/d?");
        assertThat(url.connectOptions()).hasSize(3);
    }

    @Test
    void readsCredentialsFromParameters() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://h/d?user=ada&password=x%26y");

        assertThat(url.user()).isEqualTo("ada");
        assertThat(url.password()).isEqualTo("x&y");
    }

    @Test
    void verifiesTheServersNameOnlyWhenAsked() {
        assertThat(DatabaseUrl.parse("postgresql://h/d?sslmode=verify-full")
                        .connectOptions()
                        .get(0)
                        .getHostnameVerificationAlgorithm())
                .isEqualTo("HTTPS");
        assertThat(DatabaseUrl.parse("postgresql://h/d?sslmode=require")
                        .connectOptions()
                        .get(0)
                        .isTrustAll())
                .isTrue();
        assertThat(DatabaseUrl.parse("postgresql://h/d?sslmode=verify-ca")
                        .connectOptions()
                        .get(0)
                        .isTrustAll())
                .isFalse();
    }

    @Test
    void neverShowsThePassword() {
        assertThat(DatabaseUrl.parse("postgresql://ada:s3cret@h:1/d")).hasToString("postgresql://ada@h:1/d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://h/d",
                "h/d",
                "postgresql://u:s3cret@h:port/d",
                "postgresql://u:s3cret@h:0/d",
                "postgresql://u:s3cret@h:65536/d",
                "postgresql://u:s3cret@[::1/d",
                "postgresql://u:s3cret@h/d?sslmode=maybe",
                "postgresql://u:s3cret%zz@h/d"
            })
    void refusesWhatIsNoUrlWithoutShowingThePassword(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("s3cret");
    }
}
