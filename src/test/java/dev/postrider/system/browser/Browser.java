package dev.postrider.system.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postrider.system.process.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, which types and clicks through the browser's own input events. Elements are named
 * by their {@code data-testid}. Every look waits until what it looks for is there. Not thread-safe.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path profile;
    private final Process process;
    private final DevTools page;
    private final Path screenshots;
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private int screenshotNumber;

    private Browser(Path profile, Process process, Path screenshots) {
        this.profile = profile;
        this.process = process;
        this.screenshots = screenshots;
        HttpClient client = HttpClient.newHttpClient();
        this.page = DevTools.connect(client, pageAddress(client), this::event);
        page.call("Page.enable", DevTools.parameters());
        page.call("Runtime.enable", DevTools.parameters());
        page.call("Log.enable", DevTools.parameters());
    }

    /** The browser's program, if one is installed. */
    public static Optional<Path> installed() {
        return NAMES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /**
     * Starts a browser that knows nothing.
     *
     * @param directory for its profile and its log
     * @param screenshots where {@link #screenshot} writes
     */
    public static Browser start(Path directory, Path screenshots) {
        try {
            Files.createDirectories(directory);
            Files.createDirectories(screenshots);
            List<String> command =
                    new ArrayList<>(List.of(installed().orElseThrow().toString()));
            command.addAll(List.of("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
            command.addAll(List.of("--no-first-run", "--disable-background-networking", "--disable-component-update"));
            command.addAll(List.of("--disable-sync", "--window-size=1200,900", "--remote-debugging-port=0"));
            command.addAll(List.of("--user-data-dir=" + directory, "about:blank"));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File(directory + ".log"))
                    .start();
            try {
                return new Browser(directory, process, screenshots);
            } catch (RuntimeException | Error e) {
                end(process);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI pageAddress(HttpClient client) {
        Path portFile = profile.resolve("DevToolsActivePort");
        Eventually.that("the browser has opened its port", LIMIT, () -> Files.size(portFile) > 0);
        JsonNode[] found = new JsonNode[1];
        Eventually.that("the browser has a page", LIMIT, () -> {
            String port = Files.readAllLines(portFile).get(0).strip();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                    .build();
            for (JsonNode target : new ObjectMapper()
                    .readTree(client.send(request, BodyHandlers.ofString()).body())) {
                if (target.path("type").asText().equals("page")) {
                    found[0] = target;
                }
            }
            return found[0] != null;
        });
        return URI.create(found[0].get("webSocketDebuggerUrl").asText());
    }

    private void event(String method, JsonNode parameters) {
        boolean failedScript = method.equals("Runtime.exceptionThrown");
        boolean failedLoad = method.equals("Log.entryAdded")
                && parameters.at("/entry/level").asText().equals("error");
        if (failedScript || failedLoad) {
            errors.add(parameters.toString());
        }
    }

    /** What went wrong in the page so far: uncaught exceptions, policy violations, failed loads. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    /** Opens an address and waits until the page is complete. */
    public void open(URI address) {
        page.call("Page.navigate", DevTools.parameters().put("url", address.toString()));
        String start = new ObjectMapper().valueToTree(address.toString()).toString();
        Eventually.that(
                address + " is loaded",
                LIMIT,
                () -> run("document.readyState === 'complete' && location.href.startsWith(" + start + ")")
                        .asBoolean());
    }

    /** The address of the page. */
    public String address() {
        return run("location.href").asText();
    }

    /** The result of a JavaScript expression. */
    public JsonNode run(String expression) {
        ObjectNode parameters = DevTools.parameters()
                .put("expression", expression)
                .put("returnByValue", true)
                .put("awaitPromise", true);
        JsonNode answer = page.call("Runtime.evaluate", parameters);
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(expression + " failed: " + answer.get("exceptionDetails"));
        }
        return answer.at("/result/value");
    }

    /** Clicks in the middle of the element, which must be visible. */
    public void click(String testId) {
        await(testId);
        // The first rectangle: the middle of a link that wraps may be no part of it.
        JsonNode box = run("(() => { const e = " + element(testId) + "; e.scrollIntoView({block: 'center'});"
                + " const r = e.getClientRects()[0]; return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            page.call(
                    "Input.dispatchMouseEvent",
                    DevTools.parameters()
                            .put("type", type)
                            .put("x", box.get("x").asDouble())
                            .put("y", box.get("y").asDouble())
                            .put("button", "left")
                            .put("clickCount", 1));
        }
    }

    /** Types text into the field instead of what is in it. */
    public void type(String testId, String text) {
        await(testId);
        run("(() => { const e = " + element(testId) + "; e.focus(); e.select(); })()");
        page.call("Input.insertText", DevTools.parameters().put("text", text));
    }

    /** The text of the element. */
    public String text(String testId) {
        await(testId);
        return run(element(testId) + ".innerText").asText();
    }

    /** The value of an attribute, or null. */
    public String attribute(String testId, String name) {
        await(testId);
        JsonNode value = run(element(testId) + ".getAttribute('" + name + "')");
        return value.isTextual() ? value.asText() : null;
    }

    /** True if the element is there and visible now. */
    public boolean sees(String testId) {
        return run("(() => { const e = " + element(testId)
                        + "; return e !== null && e.getClientRects().length > 0; })()")
                .asBoolean();
    }

    /** Waits until the element is visible. */
    public void await(String testId) {
        Eventually.that("the page shows " + testId, LIMIT, () -> sees(testId));
    }

    /** Waits until the element's text contains {@code part}, whatever its case. */
    public Duration awaitText(String testId, String part, Duration limit) {
        String wanted = part.toLowerCase(java.util.Locale.ROOT);
        String[] seen = {"nothing"};
        try {
            return Eventually.that(testId + " says '" + part + "'", limit, () -> {
                seen[0] = run("(" + element(testId) + " || {innerText: ''}).innerText")
                        .asText();
                return seen[0].toLowerCase(java.util.Locale.ROOT).contains(wanted);
            });
        } catch (AssertionError e) {
            screenshot("waiting-for-" + testId);
            throw new AssertionError(e.getMessage() + "; it says: " + seen[0], e);
        }
    }

    /** Saves a picture of the page as {@code NN-name.png}. */
    public Path screenshot(String name) {
        String data = page.call("Page.captureScreenshot", DevTools.parameters())
                .get("data")
                .asText();
        Path file = screenshots.resolve(String.format("%02d-%s.png", ++screenshotNumber, name));
        try {
            return Files.write(file, Base64.getDecoder().decode(data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String element(String testId) {
        return "document.querySelector('[data-testid=\"" + testId + "\"]')";
    }

    @Override
    public void close() {
        page.close();
        end(process);
        try (Stream<Path> paths = Files.walk(profile)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }
}
