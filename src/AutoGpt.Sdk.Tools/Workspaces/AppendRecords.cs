using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Remembers what a file was before and after a text was added to it, so that the same step, run again after a crash, adds it once. A record is written before the file is replaced;
/// replacing is all or nothing; so a file is found as it was before, or as it was to be after.
/// </summary>
/// <param name="folder">Where the records lie: a file a key.</param>
internal sealed class AppendRecords(string folder)
{
    // A run that was cut off is gone on with in days, not weeks.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <returns>Whether the text is in the file already; else it is to be added now.</returns>
    /// <exception cref="ToolException">The file is neither as it was nor as it was to be.</exception>
    public async Task<bool> BeginAsync(string key, string path, byte[] before, byte[] after, CancellationToken cancellationToken)
    {
        string record = Path.Combine(folder, "appends", Hash(Encoding.UTF8.GetBytes(key)) + ".json");
        string now = Hash(before);
        if (File.Exists(record) && JsonNode.Parse(await File.ReadAllBytesAsync(record, cancellationToken).ConfigureAwait(false)) is JsonObject known)
        {
            return (string?)known["path"] == path && (string?)known["after"] == now ? true
                : (string?)known["path"] == path && (string?)known["before"] == now ? false
                : throw new ToolException($"'{path}' was changed since a text was to be added to it: look whether the text is there.");
        }

        Forget();
        JsonObject written = new() { ["key"] = key, ["path"] = path, ["before"] = now, ["after"] = Hash(after) };
        await AtomicFile.WriteAsync(record, Encoding.UTF8.GetBytes(written.ToJsonString()), cancellationToken).ConfigureAwait(false);
        return false;
    }

    private void Forget()
    {
        DirectoryInfo records = new(Path.Combine(folder, "appends"));
        foreach (FileInfo old in records.Exists ? records.EnumerateFiles("*.json").Where(file => TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > Kept) : [])
        {
            old.Delete();
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
