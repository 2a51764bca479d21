using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>
/// Forced tokens against documents tokenised as a whole: whatever document the text turns out to be, the tokens read ahead are those the tokenizer gives it, and
/// against bytes tried one by one: what is forced is all that can come.
/// </summary>
public sealed class ForcedTokenTests
{
    private static readonly PromptSection[] s_sections = [new("goal", RandomSchema.Goal)];

    [TestCase(PreTokenization.Gpt2, false)]
    [TestCase(PreTokenization.Words, false)]
    [TestCase(PreTokenization.Gpt2, true)]
    [TestCase(PreTokenization.Words, true)]
    public void Forced_tokens_are_those_of_the_whole_document(PreTokenization preTokenization, bool atomic)
    {
        int documents = 0, forced = 0, all = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            Random random = new(seed);
            RandomSchema generator = new(random);
            JsonElement schema = JsonDocument.Parse(generator.Create().ToJsonString()).RootElement;
            if (Compile(schema) is not { } constraint)
            {
                continue;
            }

            DocumentWriter writer = new(schema, generator.Patterns, random);
            string[] texts = [.. Enumerable.Range(0, 6).Select(_ => writer.TryWrite()).OfType<string>()];
            BytePairTokenizer tokenizer = BytePairTrainer.Train(texts.Take(4).Append(RandomSchema.Goal).Append("name of the file"), new BytePairTrainingOptions
            {
                VocabularySize = 256 + random.Next(10, 300),
                PreTokenization = preTokenization,
                AtomicStrings = atomic ? ["\":\"", "\",\"", "{\"", "\"}", "}]"] : [],
                ControlTokens = ["<eos>"],
            });
            foreach (string text in texts)
            {
                int[] ids = tokenizer.Encode(text);
                ITokenConstraint place = constraint.Start(TokenVocabulary.For(tokenizer));
                documents++;
                all += ids.Length;
                int until = 0;
                for (int at = 0; at < ids.Length; at++)
                {
                    ReadOnlySpan<int> known = place.ForcedTokens.Span;
                    if (at >= until && !known.IsEmpty)
                    {
                        forced += known.Length;
                        until = at + known.Length;
                        Assert.That(ids.AsSpan(at).StartsWith(known), $"seed {seed}: {text} after {tokenizer.Decode(ids.AsSpan(0, at))}: {tokenizer.Decode(known)}");
                    }

                    place.Accept(ids[at]);
                }
            }
        }

        TestContext.Out.WriteLine($"{documents} documents, {forced} of {all} tokens forced");
        Assert.That(forced, Is.GreaterThan(all / 10));
    }

    [Test]
    public void What_is_forced_is_all_that_can_come()
    {
        int places = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            RandomSchema generator = new(random);
            JsonElement schema = JsonDocument.Parse(generator.Create().ToJsonString()).RootElement;
            if (Compile(schema) is not { } constraint || new DocumentWriter(schema, generator.Patterns, random).TryWrite() is not { } text)
            {
                continue;
            }

            // A token a byte: forced are exactly the bytes, one after another, that nothing else can stand for.
            ByteTokenizer tokenizer = new();
            ITokenConstraint place = constraint.Start(TokenVocabulary.For(tokenizer));
            foreach (byte value in Encoding.UTF8.GetBytes(text))
            {
                List<int> expected = [];
                ITokenConstraint walk = place.Fork();
                while (expected.Count < 4096 && walk.Allowed(tokenizer) is [var only] && only != 256)
                {
                    expected.Add(only);
                    walk.Accept(only);
                }

                // Only whole characters.
                while (expected.Count > 0 && Encoding.UTF8.GetString([.. expected.Select(id => (byte)id)]).EndsWith('\uFFFD'))
                {
                    expected.RemoveAt(expected.Count - 1);
                }

                bool starts = expected.Count == 0 || (expected[0] & 0xC0) != 0x80;
                Assert.That(place.ForcedTokens.ToArray(), starts ? Is.EqualTo(expected) : Is.Empty, $"seed {seed}: {text}");
                places++;
                place.Accept(value);
            }
        }

        Assert.That(places, Is.GreaterThan(2000));
    }

    [Test]
    public void A_token_that_what_follows_could_merge_with_is_given_back()
    {
        ListTokenizer tokenizer = new(["na", "name", "names", "\":", "\":\"", "{\"", "\"x", ":\""]);
        JsonElement schema = JsonDocument.Parse("""{"type":"object","properties":{"name":{"enum":["xa","xb","y"]}},"required":["name"],"additionalProperties":false}""").RootElement;
        ITokenConstraint place = JsonSchemaConstraint.Compile(schema).Start(TokenVocabulary.For(tokenizer));
        // The text is {"name":" and the quotation mark could be the one of "x.
        Assert.That(Encoding.UTF8.GetString(Spelling(tokenizer, place.ForcedTokens.ToArray())), Is.EqualTo("{\"name\":"));
    }

    private static JsonSchemaConstraint? Compile(JsonElement schema)
    {
        try
        {
            return JsonSchemaConstraint.Compile(schema, s_sections);
        }
        catch (SchemaException)
        {
            return null;
        }
    }

    private static byte[] Spelling(ITokenizer tokenizer, IEnumerable<int> ids) => [.. ids.SelectMany(id => tokenizer.GetBytes(id).ToArray())];
}
