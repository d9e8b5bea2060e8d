package dev.postrider.sample.signup;

import static io.restassured.RestAssured.given;

import io.restassured.response.Response;
import java.net.URI;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Does what a person does, without a browser. */
public final class Visitor {
    private static final Pattern LINK = Pattern.compile("/activate/[A-Za-z0-9_-]+");

    private Visitor() {}

    /** An address that nobody had before. */
    public static String newAddress() {
        return "ada-" + UUID.randomUUID() + "@example.com";
    }

    /** Posts the form. */
    public static Response post(String name, String email, String password) {
        return given().redirects()
                .follow(false)
                .formParam("name", name)
                .formParam("email", email)
                .formParam("password", password)
                .post("/signup");
    }

    /** Signs up and returns the account. */
    public static UUID signUp(String email) {
        Response response = post("Ada", email, "correct horse battery");
        response.then().statusCode(303);
        String path = URI.create(response.header("Location")).getPath();
        return UUID.fromString(path.substring("/journeys/".length()));
    }

    /** The state that a person's page shows. */
    public static String state(UUID account) {
        return stateOn("/journeys/", account);
    }

    /** Posts the form to buy with. */
    public static Response buy(String name, String email, String article) {
        return given().redirects()
                .follow(false)
                .formParam("name", name)
                .formParam("email", email)
                .formParam("article", article)
                .post("/purchase");
    }

    /** Buys, and returns the purchase. */
    public static UUID purchase(String email, String article) {
        Response response = buy("Ada", email, article);
        response.then().statusCode(303);
        String path = URI.create(response.header("Location")).getPath();
        return UUID.fromString(path.substring("/purchases/".length()));
    }

    /** The state that a purchase's page shows. */
    public static String purchaseState(UUID purchase) {
        return stateOn("/purchases/", purchase);
    }

    private static String stateOn(String path, UUID id) {
        Matcher matcher = Pattern.compile("data-journey=\"" + id + "\" data-state=\"([a-z-]+)\"")
                .matcher(given().get(path + id).asString());
        return matcher.find() ? matcher.group(1) : "none";
    }

    /** The path of the activation link in a mail's text; empty if there is none. */
    public static String activationPath(String text) {
        Matcher matcher = LINK.matcher(text);
        return matcher.find() ? matcher.group() : "";
    }

    /** Sets one of the demonstration's switches. */
    public static void set(String control, String field, String value) {
        given().redirects()
                .follow(false)
                .formParam(field, value)
                .post("/demo/" + control)
                .then()
                .statusCode(303);
    }
}
