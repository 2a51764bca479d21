using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// GPT-2's spelling of bytes as visible characters, in which byte-level files write their tokens: printable bytes of Latin-1 stand for themselves,
/// the others for U+0100 and up.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_characters = Build();
    private static readonly Dictionary<char, byte> s_bytes = s_characters.Select((character, value) => (character, value))
        .ToDictionary(pair => pair.character, pair => (byte)pair.value);

    public static char Character(byte value) => s_characters[value];

    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte value in bytes)
        {
            text.Append(s_characters[value]);
        }

        return text.ToString();
    }

    /// <summary>The bytes a token's spelling stands for; one with characters outside the alphabet stands for its UTF-8, as in Hugging Face's decoder.</summary>
    public static byte[] Read(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (!s_bytes.TryGetValue(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }

        return bytes;
    }

    private static char[] Build()
    {
        char[] characters = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool visible = value is (>= '!' and <= '~') or (>= '¡' and <= '¬') or >= '®';
            characters[value] = (char)(visible ? value : next++);
        }

        return characters;
    }
}
