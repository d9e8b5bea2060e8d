package dev.postrider.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postrider.broker.transport.MessageParser;
import dev.postrider.protocol.ProblemCode;
import dev.postrider.protocol.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameParserTest {
    private final FrameParser parser = new FrameParser(new MessageParser(1_000));

    @Nested
    class WellFormed {
        @Test
        void aSubscriptionHasNoCreditUnlessItSaysSo() {
            ClientFrame frame = parse("{'type':'subscribe','id':'s1','queue':'emails'}");
            assertThat(frame.type).isEqualTo(FrameType.SUBSCRIBE);
            assertThat(frame.id).isEqualTo("s1");
            assertThat(frame.queue).isEqualTo("emails");
            assertThat(frame.credit).isZero();
            assertThat(frame.leaseMillis).isZero();
        }

        @Test
        void fieldsMayComeInAnyOrder() {
            ClientFrame frame =
                    parse("{'lease':'30s','credit':1000000000,'queue':'emails','id':'s1','type':'subscribe'}");
            assertThat(frame.type).isEqualTo(FrameType.SUBSCRIBE);
            assertThat(frame.credit).isEqualTo(1_000_000_000);
            assertThat(frame.leaseMillis).isEqualTo(30_000);
        }

        @Test
        void whatIsNullIsAbsent() {
            ClientFrame frame = parse("{'type':'nack','id':null,'receipts':['r'],'delay':null,'reason':null}");
            assertThat(frame.id).isNull();
            assertThat(frame.delayMillis).isEqualTo(-1);
            assertThat(frame.reason).isNull();
        }

        @Test
        void eachTypeHasItsFields() {
            assertThat(parse("{'type':'credit','id':'s1','add':50}").add).isEqualTo(50);
            assertThat(parse("{'type':'unsubscribe','id':'s1'}").id).isEqualTo("s1");
            assertThat(parse("{'type':'ack','receipts':['a','b','a']}").receipts)
                    .containsExactly("a", "b");
            ClientFrame nack = parse("{'type':'nack','id':'n1','receipts':['a'],'delay':'5s','reason':'full'}");
            assertThat(nack.delayMillis).isEqualTo(5_000);
            assertThat(nack.reason).isEqualTo("full");
            assertThat(parse("{'type':'deadLetter','receipts':['a'],'reason':'no'}").reason)
                    .isEqualTo("no");
            assertThat(parse("{'type':'extend','receipts':['a'],'lease':'1m'}").leaseMillis)
                    .isEqualTo(60_000);
        }

        @Test
        void aPublishHasMessagesForOneTarget() {
            ClientFrame frame =
                    parse("{'type':'publish','id':'p1','queue':'emails','messages':[{'body':{'a':1}},{'text':'x'}]}");
            assertThat(frame.messages).hasSize(2);
            assertThat(frame.messages.get(0).body()).asString().isEqualTo("{\"a\":1}");
            assertThat(parse("{'type':'publish','topic':'t','messages':[{'text':'x'}]}").topic)
                    .isEqualTo("t");
        }
    }

    @Nested
    class Malformed {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "hello",
                    "[]",
                    "1",
                    "null",
                    "{",
                    "{}",
                    "{'type':'subscribe'",
                    "{'type':null}",
                    "{'type':'nonsense'}",
                    "{'type':'Subscribe','id':'s1','queue':'q'}",
                    "{'type':1}",
                    "{'type':'ack','receipts':['a']} {}",
                    "{'type':'ack','receipts':['a'],'surprise':1}",
                    "{'type':'ack','type':'ack','receipts':['a']}",
                    "{'type':'ack'}",
                    "{'type':'ack','receipts':null}",
                    "{'type':'ack','receipts':[]}",
                    "{'type':'ack','receipts':[1]}",
                    "{'type':'ack','receipts':'a'}",
                    "{'type':'ack','receipts':['a'],'id':1}",
                    "{'type':'ack','receipts':['a'],'id':''}",
                    "{'type':'ack','receipts':['a'],'reason':'x'}",
                    "{'type':'subscribe','id':'s1'}",
                    "{'type':'subscribe','queue':'q'}",
                    "{'type':'subscribe','id':'s1','queue':'a/b'}",
                    "{'type':'subscribe','id':'s1','queue':'q','credit':-1}",
                    "{'type':'subscribe','id':'s1','queue':'q','credit':1.5}",
                    "{'type':'subscribe','id':'s1','queue':'q','credit':'10'}",
                    "{'type':'subscribe','id':'s1','queue':'q','credit':1000000001}",
                    "{'type':'subscribe','id':'s1','queue':'q','credit':99999999999999999999999}",
                    "{'type':'subscribe','id':'s1','queue':'q','lease':'1ms'}",
                    "{'type':'subscribe','id':'s1','queue':'q','lease':30}",
                    "{'type':'credit','id':'s1'}",
                    "{'type':'credit','id':'s1','add':0}",
                    "{'type':'credit','id':'s1','add':1e3}",
                    "{'type':'credit','add':1}",
                    "{'type':'unsubscribe'}",
                    "{'type':'nack','receipts':['a'],'delay':'later'}",
                    "{'type':'extend','receipts':['a']}",
                    "{'type':'publish','messages':[{'text':'x'}]}",
                    "{'type':'publish','queue':'q','topic':'t','messages':[{'text':'x'}]}",
                    "{'type':'publish','queue':'q','messages':[]}",
                    "{'type':'publish','queue':'q','messages':{}}",
                    "{'type':'publish','queue':'q'}",
                    "{'type':'publish','queue':'q','messages':[{'text':'x'}",
                    "{'type':'publish','queue':'q','messages':[{'text':'x'},]}",
                    "{'type':'ack','receipts':['\\ud800']}",
                    "{'type':'ack','receipts':['\\udc00\\ud800']}",
                })
        void aFrameOfAnotherShapeIsRefused(String text) {
            assertMalformed(text);
        }

        @Test
        void depthAndLengthAreNoDanger() {
            assertMalformed("[".repeat(1_000_000));
            assertMalformed("{'type':".repeat(200_000));
            assertMalformed("{'type':'publish','queue':'q','messages':[{'body':" + "[".repeat(5_000));
            assertMalformed("{'type':'credit','id':'s1','add':" + "9".repeat(1_000_000) + "}");
            assertMalformed("{'type':'ack','id':'" + "x".repeat(129) + "','receipts':['a']}");
            assertMalformed("{'type':'ack','receipts':[" + "'a',".repeat(1_000) + "'a']}");
        }

        @Test
        void aReceiptThatIsNoStringIsToldFromReceiptsThatAreNoArray() {
            assertThatThrownBy(() -> parse("{'type':'ack','receipts':[5]}"))
                    .hasMessage("'receipts[]' must be a string");
            assertThatThrownBy(() -> parse("{'type':'ack','receipts':'x'}")).hasMessage("'receipts' must be an array");
        }

        @Test
        void bytesThatAreNotUtf8AreRefused() {
            byte[] document = "{\"type\":\"unsubscribe\",\"id\":\"?\"}".getBytes(StandardCharsets.UTF_8);
            document[document.length - 3] = (byte) 0xff;
            assertThatThrownBy(() -> parser.parse(document)).isInstanceOf(ProtocolException.class);
        }
    }

    @Nested
    class Refused {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{'text':'x','priority':10}|invalid-request",
                    "{'text':'x','surprise':1}|invalid-request",
                    "{}|invalid-request",
                    "{'text':'x','body':1}|invalid-request",
                    "{'base64':'!'}|invalid-request",
                })
        void aBadMessageIsNoFaultOfTheFrame(String message, String code) {
            ClientFrame frame = parse("{'type':'publish','queue':'q','messages':[" + message + "],'id':'p7'}");
            assertThat(frame.type).isEqualTo(FrameType.PUBLISH);
            assertThat(frame.id).isEqualTo("p7");
            assertThat(frame.refused.code().code()).isEqualTo(code);
        }

        @Test
        void aMessageThatIsTooLargeIsNoFaultOfTheFrame() {
            ClientFrame frame =
                    parse("{'type':'publish','queue':'q','messages':[{'text':'" + "x".repeat(1_001) + "'}]}");
            assertThat(frame.refused.code()).isEqualTo(ProblemCode.MESSAGE_TOO_LARGE);
            assertThat(frame.id).isNull();
        }
    }

    @Nested
    class IdOf {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{'id':'a','type':'nonsense'}|a",
                    "{'type':'nonsense','deep':[{'id':'b'}],'id':'a'}|a",
                    "{'id':'a','broken':|a",
                    "{'id':'a','id':'b'}|a",
                    "{'id':1}|",
                    "{'x':1}|",
                    "{'type':'publish','queue':'q','messages':[{'text':'\\ud800'}],'id':'a'}|a",
                    "{'id':'a','messages':[{'\\udc00':1}]}|a",
                    "{'id':'\\ud800'}|",
                    "nonsense|",
                    "[]|",
                })
        void theIdIsFoundIfThereIsOne(String text, String id) {
            assertThat(FrameParser.idOf(utf8(text))).isEqualTo(id);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\0a\0\0", "\0\0a\0", "\0\0\0{", "{\0\0\0", "{\0'\0", "\0"})
        void noneIsFoundInWhatOnlyLooksLikeAnotherEncoding(String text) {
            assertThat(FrameParser.idOf(utf8(text))).isNull();
        }
    }

    private ClientFrame parse(String text) {
        return parser.parse(utf8(text));
    }

    private void assertMalformed(String text) {
        assertThatThrownBy(() -> parser.parse(utf8(text)))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
    }

    private static byte[] utf8(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }
}
