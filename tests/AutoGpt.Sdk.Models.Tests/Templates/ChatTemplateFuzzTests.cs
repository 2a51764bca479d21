using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>Mutated templates compile and render, or end in <see cref="ChatTemplateException"/>: nothing else, and soon.</summary>
public sealed class ChatTemplateFuzzTests
{
    private const int Templates = 20_000;

    private static readonly string[] s_pieces =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", "+%}", "'", "\"", "(", ")", "[", "]", "{", "}", "|", ".", ",", ":", "=", "==", "~", "**", "//", "%", "-", "+", "*", "<", "\\", "\n", " ", "0", "99999999999", "1e400",
        "if ", "else ", "elif ", "endif", "for ", "endfor", " in ", "set ", "endset", "macro ", "endmacro", "call ", "endcall", "filter ", "endfilter", "raw", "endraw", "break", "continue", "is ", "not ", "and ", "or ", "loop.", "caller()",
        "range(", "namespace(", "messages", "tools", "[::-1]", "tojson", "items()", "map('", "selectattr(", "split(", "replace('', ", "dictsort", "indent(", "none", "true", "\ud83e", "\udd99", "\u2028", "\0",
    ];

    [Test]
    public void Mutated_templates_fail_in_one_way()
    {
        string[] sources = [.. TemplateFixtures.Templates().Values];
        IReadOnlyList<JsonElement> conversations = TemplateFixtures.Conversations();
        ChatTemplateLimits limits = new() { Steps = 20_000, Characters = 200_000, MacroDepth = 20 };
        Random random = new(7);
        int compiled = 0, rendered = 0;
        for (int i = 0; i < Templates; i++)
        {
            string source = Mutate(sources[random.Next(sources.Length)], sources, random);
            JsonElement conversation = conversations[random.Next(conversations.Count)];
            try
            {
                ChatTemplate template = ChatTemplate.Compile(source);
                compiled++;
                TemplateFixtures.Render(template, conversation, conversation.GetProperty("messages"), limits);
                rendered++;
            }
            catch (ChatTemplateException exception)
            {
                Assert.That(exception.Line, Is.GreaterThan(0));
                Assert.That(exception.Column, Is.GreaterThan(0));
            }
            catch (Exception exception)
            {
                Assert.Fail($"{exception.GetType().Name} from {JsonSerializer.Serialize(source)} with {conversation.GetProperty("conversation")}: {exception}");
            }
        }

        // Both ways are gone often.
        Assert.That(compiled, Is.InRange(Templates / 20, Templates * 19 / 20));
        Assert.That(rendered, Is.InRange(Templates / 50, Templates * 19 / 20));
    }

    private static string Mutate(string source, string[] sources, Random random)
    {
        StringBuilder text = new(source);
        for (int count = 1 + random.Next(3); count > 0; count--)
        {
            int at = random.Next(text.Length + 1);
            int length = Math.Min(text.Length - at, random.Next(random.Next(2) == 0 ? 3 : 30));
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    string other = sources[random.Next(sources.Length)];
                    int from = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(from, Math.Min(other.Length - from, random.Next(40))));
                    break;
                default:
                    text.Remove(at, random.Next(2) == 0 ? length : 0).Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
            }
        }

        return text.ToString();
    }
}
