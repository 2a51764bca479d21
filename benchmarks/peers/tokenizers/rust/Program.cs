// dotnet run -c Release -- FOLDER : writes NAME.rust.txt beside each NAME.js.txt of make.mjs, with the ids that Hugging Face's Rust library gives.
using System.Diagnostics;
using System.Globalization;
using System.Text;

string folder = args[0];
string[] texts = [.. File.ReadLines(Path.Combine(folder, "texts.jsonl")).Select(Text)];
foreach (string js in Directory.GetFiles(folder, "*.js.txt").Order(StringComparer.Ordinal))
{
    string name = Path.GetFileName(js)[..^".js.txt".Length];
    using var tokenizer = new Tokenizers.DotNet.Tokenizer(Path.Combine(folder, name + ".json"));
    long begin = Stopwatch.GetTimestamp();
    File.WriteAllLines(
        Path.Combine(folder, name + ".rust.txt"),
        texts.Select(text => text.Length == 0 ? "" : string.Join(' ', tokenizer.Encode(text).Select(id => id.ToString(CultureInfo.InvariantCulture)))));
    Console.WriteLine($"{name}: {texts.Length} texts in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F1} s");
}

// Lone surrogates, which JSON can express and UTF-8 cannot, become U+FFFD one by one.
static string Text(string line)
{
    var text = new StringBuilder();
    for (int i = 1; i < line.Length - 1; i++)
    {
        if (line[i] != '\\')
        {
            text.Append(line[i]);
        }
        else if (line[++i] == 'u')
        {
            text.Append((char)int.Parse(line.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            i += 4;
        }
        else
        {
            text.Append(line[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
        }
    }

    return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
}
