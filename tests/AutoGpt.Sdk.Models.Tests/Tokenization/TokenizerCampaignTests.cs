using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Real tokenizers against the libraries their files are written for, on texts that were made to be nasty. The folder is made by
/// benchmarks/peers/tokenizers (its README says how): <c>AUTOGPT_TOKENIZERS=FOLDER dotnet test --filter TokenizerCampaign</c>.
/// </summary>
[Explicit("needs files that are not in the repository")]
public sealed class TokenizerCampaignTests
{
    private const string Plain = "-plain";

    private static string Folder => Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZERS") ?? throw new IgnoreException("AUTOGPT_TOKENIZERS names no folder.");

    private static IEnumerable<string> Names => Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZERS") is { } folder
        ? Directory.GetFiles(folder, "*.js.txt").Select(path => Path.GetFileName(path)[..^".js.txt".Length]).Order(StringComparer.Ordinal)
        : [];

    [TestCaseSource(nameof(Names))]
    public void Every_text_has_the_ids_of_the_libraries(string name)
    {
        string[] texts = [.. File.ReadLines(Path.Combine(Folder, "texts.jsonl")).Select(JsonLine.Read)];
        bool plain = name.EndsWith(Plain, StringComparison.Ordinal);
        IPromptTokenizer tokenizer = (IPromptTokenizer)TokenizerFile.Load(Path.Combine(Folder, (plain ? name[..^Plain.Length] : name) + ".json"));
        Stopwatch watch = Stopwatch.StartNew();
        int[][] ours = [.. texts.Select(text => plain ? tokenizer.Encode(text) : tokenizer.EncodeTrusted(text))];
        double seconds = watch.Elapsed.TotalSeconds;
        string[] js = File.ReadAllLines(Path.Combine(Folder, name + ".js.txt"));
        string rustFile = Path.Combine(Folder, name + ".rust.txt");
        string[]? rust = File.Exists(rustFile) ? File.ReadAllLines(rustFile) : null;
        int likeJs = 0;
        int likeRust = 0;
        int likeNeither = 0;
        StringBuilder examples = new();
        for (int i = 0; i < texts.Length; i++)
        {
            string own = string.Join(' ', ours[i].Select(id => id.ToString(CultureInfo.InvariantCulture)));
            bool sameJs = own == js[i];
            bool sameRust = rust is not null && own == rust[i];
            likeJs += sameJs ? 1 : 0;
            likeRust += sameRust ? 1 : 0;
            likeNeither += sameJs || sameRust ? 0 : 1;
            if ((rust is null ? !sameJs : !sameRust) && examples.Length < 3000)
            {
                examples.AppendLine($"{i}: {Escaped(texts[i])}\n   ours {own}\n   js   {js[i]}\n   rust {rust?[i]}");
            }
        }

        Report(
            $"{name}: {texts.Length} texts in {seconds:F1} s; like Rust's {(rust is null ? "(not made)" : likeRust)}, like JavaScript's {likeJs}, like neither {likeNeither}");
        Report(examples.ToString());
        Assert.That(rust is null ? likeJs : likeRust, Is.EqualTo(texts.Length));
    }

    [Test]
    public void Form_C_is_the_form_C_of_the_peer()
    {
        int count = 0;
        foreach (string line in File.ReadLines(Path.Combine(Folder, "nfc.jsonl")))
        {
            string[] pair = System.Text.Json.JsonSerializer.Deserialize<string[]>(line)!;
            Assert.That(CanonicalComposition.Compose(pair[0]).ToString(), Is.EqualTo(pair[1]), Escaped(pair[0]));
            count++;
        }

        Report($"form C: {count} texts, all the same");
    }

    private static void Report(string text) => File.AppendAllText(Path.Combine(Folder, "report.txt"), text.TrimEnd() + (text.Length > 0 ? "\n" : ""));

    internal static string Escaped(string text) => string.Concat(text.Select(character => character is >= ' ' and < '\u007f' ? character.ToString() : $"\\u{(int)character:x4}"));
}
