using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>
/// Random schemas under random vocabularies: what the mask lets through is valid, and what is valid it lets through.
/// <c>AUTOGPT_SCHEMAS</c> sets the number of schemas (default 1,000).
/// </summary>
public class RandomSchemaTests
{
    private static readonly int s_count = int.TryParse(Environment.GetEnvironmentVariable("AUTOGPT_SCHEMAS"), out int count) ? count : 1000;
    private static readonly PromptSection[] s_sections = [new("goal", RandomSchema.Goal)];

    [Test]
    public void A_random_walk_under_the_mask_gives_a_valid_document()
    {
        int finished = 0, judged = 0, unfinished = 0;
        for (int seed = 0; seed < s_count; seed++)
        {
            Case test = new(seed);
            if (test.Constraint is null)
            {
                continue;
            }

            string? document = Walk(test.Constraint.Start(TokenVocabulary.For(test.Tokenizer)), test.Tokenizer, test.Random, seed);
            if (document is null)
            {
                unfinished++;
                continue;
            }

            finished++;
            JsonElement value = JsonDocument.Parse(document).RootElement;
            Assert.That(test.Oracle.IsValid(value), $"seed {seed}: {document}\n{test.Schema.ToJsonString()}");
            if (NJsonOracle.CanJudge(value))
            {
                judged++;
                Assert.That(new NJsonOracle(test.Schema).Validate(document), Is.Empty, $"seed {seed}: {document}\n{test.Schema.ToJsonString()}");
            }
        }

        TestContext.Out.WriteLine($"{finished} documents, {judged} also judged by NJsonSchema, {unfinished} walks cut off");
        Assert.That(unfinished, Is.LessThan(s_count / 20));
        Assert.That(judged, Is.GreaterThan(s_count / 3));
    }

    [Test]
    public void A_random_valid_document_passes_the_mask_however_it_is_tokenized()
    {
        int passed = 0, unsatisfiable = 0;
        for (int seed = 0; passed < s_count; seed++)
        {
            Case test = new(seed);
            DocumentWriter writer = new(test.Element, test.Patterns, test.Random);
            string[] documents = [.. Enumerable.Range(0, 3).Select(_ => writer.TryWrite()).OfType<string>()];
            if (test.Constraint is null)
            {
                unsatisfiable++;
                Assert.That(documents, Is.Empty, $"seed {seed}: found unsatisfiable\n{test.Schema.ToJsonString()}");
                continue;
            }

            foreach (string document in documents)
            {
                Assert.That(test.Oracle.IsValid(JsonDocument.Parse(document).RootElement), $"the test's own document is wrong, seed {seed}: {document}\n{test.Schema.ToJsonString()}");
                Follow(test, document, seed);
                passed++;
            }
        }

        TestContext.Out.WriteLine($"{passed} documents passed; {unsatisfiable} schemas were unsatisfiable");
    }

    private static void Follow(Case test, string document, int seed)
    {
        ITokenConstraint constraint = test.Constraint!.Start(TokenVocabulary.For(test.Tokenizer));
        int at = 0;
        byte[] bytes = Encoding.UTF8.GetBytes(document);
        foreach (int id in test.Tokenizer.Tokenize(bytes, test.Random))
        {
            if (!constraint.Mask(test.Tokenizer).Has(id))
            {
                Assert.Fail($"seed {seed}: refused after {Encoding.UTF8.GetString(bytes[..at])}, of {document}\n{test.Schema.ToJsonString()}");
            }

            constraint.Accept(id);
            at += test.Tokenizer.GetBytes(id).Length;
        }

        Assert.That(constraint.IsComplete, $"seed {seed}: not complete: {document}\n{test.Schema.ToJsonString()}");
        Assert.That(constraint.Mask(test.Tokenizer).Has(test.Tokenizer.EndOfText!.Value));
    }

    private static string? Walk(ITokenConstraint constraint, ListTokenizer tokenizer, Random random, int seed)
    {
        List<int> ids = [];
        while (ids.Count < 1500)
        {
            List<int> allowed = constraint.Allowed(tokenizer);
            Assert.That(allowed, Is.Not.Empty, $"seed {seed}: dead end after {tokenizer.Decode(ids.ToArray())}");
            Assert.That(allowed.Contains(256), Is.EqualTo(constraint.IsComplete), "the end is allowed if and only if the document is complete");
            Assert.That(constraint.MustEnd, Is.EqualTo(allowed is [256]), "the text must end when nothing else is allowed");
            if (random.Next(8) == 0)
            {
                int id = random.Next(tokenizer.VocabularySize);
                Assert.That(allowed.Contains(id), Is.EqualTo(TryAccept(constraint.Fork(), id)), $"seed {seed}: mask and move differ on {id}");
            }

            if (constraint.IsComplete && random.Next(2) == 0)
            {
                return tokenizer.Decode(ids.ToArray());
            }

            allowed.Remove(256);
            if (allowed.Count == 0)
            {
                return tokenizer.Decode(ids.ToArray());
            }

            int[] closing = [.. allowed.Where(i => tokenizer.GetBytes(i).Span[0] is (byte)'"' or (byte)'}' or (byte)']' && (ids.Count < 200 || tokenizer.GetBytes(i).Length == 1))];
            int next = closing.Length > 0 && random.Next(10) < (ids.Count < 200 ? 3 : 9) ? closing[random.Next(closing.Length)] : allowed[random.Next(allowed.Count)];
            ids.Add(next);
            constraint.Accept(next);
        }

        return null;
    }

    private static bool TryAccept(ITokenConstraint constraint, int id)
    {
        try
        {
            constraint.Accept(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed class Case
    {
        public Case(int seed)
        {
            Random = new Random(seed);
            RandomSchema generator = new(Random);
            Schema = generator.Create();
            Patterns = generator.Patterns;
            Element = JsonDocument.Parse(Schema.ToJsonString()).RootElement;
            Oracle = new SchemaOracle(Element);
            Tokenizer = ListTokenizer.Random(Random, [Schema.ToJsonString(), RandomSchema.Goal]);
            try
            {
                Constraint = JsonSchemaConstraint.Compile(Element, s_sections);
            }
            catch (SchemaException e) when (e.Message.Contains("no document fits", StringComparison.Ordinal))
            {
                Constraint = null;
            }
        }

        public Random Random { get; }

        public JsonObject Schema { get; }

        public JsonElement Element { get; }

        public IReadOnlyDictionary<string, RandomPattern> Patterns { get; }

        public SchemaOracle Oracle { get; }

        public ListTokenizer Tokenizer { get; }

        public JsonSchemaConstraint? Constraint { get; }
    }
}
