using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Training.Tests.Data.Cleaning;

/// <summary>
/// How often the detector is right on the messages of a Linux system's programs: translations in <c>AUTOGPT_LOCALES</c>, by default /usr/share/locale, of which the languages' names are known. Many are
/// short, technical and half English; nothing was left out but formats, options and paths.
/// </summary>
[Explicit("needs the message catalogues of a Linux system")]
internal sealed partial class LanguageCampaignTests
{
    private const int PerLanguage = 300;

    private static readonly string[] s_languages =
        "de fr es pt it nl sv da nb fi is pl cs sk hu ro hr sl tr vi id ca et lv lt ru uk bg sr be".Split(' ');

    private static readonly string s_folder = Environment.GetEnvironmentVariable("AUTOGPT_LOCALES") ?? "/usr/share/locale";

    [TestCase(15, 30)]
    [TestCase(40, 80)]
    [TestCase(100, 400)]
    public void Accuracy_and_calibration(int shortest, int longest)
    {
        List<double> confidences = [];
        List<bool> right = [];
        StringBuilder table = new();
        foreach (string language in s_languages)
        {
            string[] texts = [.. Messages(language).Where(text => LetterRuns.Letters(text).Length is var length && length >= shortest && length < longest).Take(PerLanguage)];
            Assert.That(texts, Is.Not.Empty, $"{s_folder} has nothing in {language}");
            LanguageGuess[] guesses = [.. texts.Select(LanguageDetector.Default.Detect)];
            confidences.AddRange(guesses.Select(guess => guess.Confidence));
            right.AddRange(guesses.Select(guess => guess.Language == language));
            IGrouping<string, LanguageGuess>? wrong = guesses.Where(guess => guess.Language != language).GroupBy(guess => guess.Language).MaxBy(group => group.Count());
            table.AppendLine(CultureInfo.InvariantCulture, $"{language} {guesses.Count(guess => guess.Language == language) / (double)texts.Length:f3} of {texts.Length}, most often taken for {wrong?.Key} ({wrong?.Count()})");
        }

        Calibration calibration = new([.. confidences], [.. right], 10);
        double accuracy = right.Average(each => each ? 1.0 : 0);
        TestContext.Out.WriteLine(FormattableString.Invariant($"{shortest}-{longest} letters: accuracy {accuracy:f4} of {right.Count}, expected calibration error {calibration.ExpectedError:f4}"));
        foreach (CalibrationBin bin in calibration.Bins)
        {
            TestContext.Out.WriteLine(FormattableString.Invariant($"  confidence {bin.Confidence:f3}: accuracy {bin.Accuracy:f3} of {bin.Items}"));
        }

        TestContext.Out.WriteLine(table);
        Assert.That(accuracy, Is.GreaterThan(shortest < 40 ? .55 : shortest < 100 ? .9 : .96));
    }

    // Translations alone, in an order of their own that is the same each time.
    private static IEnumerable<string> Messages(string language)
    {
        string[] texts =
        [
            .. new[] { language, language == "nb" ? "no" : language == "pt" ? "pt_BR" : language }.Distinct().Select(name => Path.Combine(s_folder, name, "LC_MESSAGES")).Where(Directory.Exists)
                .SelectMany(folder => Directory.GetFiles(folder, "*.mo").Order(StringComparer.Ordinal)).SelectMany(Read).Select(text => Format().Replace(text, " ")).Distinct(StringComparer.Ordinal),
        ];
        new SplitMix64(1, 0).Shuffle<string>(texts);
        return texts;
    }

    // GNU's binary catalogues: 32-bit numbers of strings and of two tables with their lengths and places.
    private static IEnumerable<string> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int Number(int place) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(place));
        string Text(int table, int index) => Encoding.UTF8.GetString(file, Number(table + (8 * index) + 4), Number(table + (8 * index))).Split('\0')[0];
        return Enumerable.Range(0, Number(8)).Select(index => (Original: Text(Number(12), index), Translation: Text(Number(16), index)))
            .Where(pair => pair.Original.Length > 0 && pair.Original != pair.Translation).Select(pair => pair.Translation);
    }

    [GeneratedRegex(@"%[-\w.$*]*|\{.*?\}|<.*?>|--?[\w-]+|\S*[/_=]\S*")]
    private static partial Regex Format();
}
