using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>
/// Signs what a log holds: a line is <c>HMAC-SHA256(key, previous ‖ json) json</c>, the head <c>sequence signature HMAC-SHA256(key, sequence ‖ signature)</c>. Each kind has a key of
/// its own, so that none can stand for another. Thread-safe.
/// </summary>
internal sealed class AuditSigner(ReadOnlySpan<byte> key)
{
    /// <summary>What the first record follows.</summary>
    public static readonly string Origin = new('0', HashLength);

    private const int HashLength = 64; // In hexadecimal.
    private readonly byte[] _records = Derive(key, "records");
    private readonly byte[] _head = Derive(key, "head");
    private readonly byte[] _arguments = Derive(key, "arguments");

    /// <summary>The line with its line break.</summary>
    public byte[] Line(AuditRecord record, out string signature)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, AuditJsonContext.Default.AuditRecord);
        signature = Sign(record.Previous, json);
        return [.. Encoding.ASCII.GetBytes(signature), (byte)' ', .. json, (byte)'\n'];
    }

    /// <summary>The record of a line without its line break; null where this key did not sign those very bytes.</summary>
    public AuditRecord? Read(ReadOnlySpan<byte> line, out string signature)
    {
        signature = "";
        if (line.Length <= HashLength + 1 || line[HashLength] != ' ')
        {
            return null;
        }

        ReadOnlySpan<byte> json = line[(HashLength + 1)..];
        AuditRecord? record = Parse(json);
        signature = Encoding.Latin1.GetString(line[..HashLength]);
        return record is not null && IsHash(record.Previous) && signature == Sign(record.Previous, json) ? record : null;
    }

    public byte[] Head(long sequence, string signature)
    {
        string head = string.Create(CultureInfo.InvariantCulture, $"{sequence} {signature}");
        return Encoding.ASCII.GetBytes($"{head} {Hex(_head, Encoding.ASCII.GetBytes(head))}\n");
    }

    /// <summary>Reads a head; false where this key did not sign those very bytes.</summary>
    public bool TryReadHead(ReadOnlySpan<byte> head, out long sequence, out string signature)
    {
        string[] parts = Encoding.Latin1.GetString(head).Split(' ');
        signature = parts.Length == 3 ? parts[1] : "";
        return long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && parts.Length == 3 && head.SequenceEqual(Head(sequence, signature));
    }

    /// <summary>Under a key, so that nobody can find short arguments by trying; in whatever order they stand.</summary>
    public string HashArguments(JsonObject arguments) => Hex(_arguments, JsonSerializer.SerializeToUtf8Bytes(Sorted(arguments), AuditJsonContext.Default.JsonNode));

    private static AuditRecord? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AuditJsonContext.Default.AuditRecord);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private string Sign(string previous, ReadOnlySpan<byte> json) => Hex(_records, [.. Convert.FromHexString(previous), .. json]);

    private static string Hex(byte[] key, ReadOnlySpan<byte> content) => Convert.ToHexStringLower(HMACSHA256.HashData(key, content));

    private static byte[] Derive(ReadOnlySpan<byte> key, string use)
    {
        byte[] derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], Encoding.ASCII.GetBytes("AutoGpt.Sdk audit " + use));
        return derived;
    }
}
