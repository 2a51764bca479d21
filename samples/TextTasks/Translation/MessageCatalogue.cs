using System.Buffers.Binary;
using System.Text;

namespace AutoGpt.Samples.TextTasks.Translation;

/// <summary>Compiled message catalogues of GNU gettext (.mo): programs' messages and their translations.</summary>
internal static class MessageCatalogue
{
    /// <summary>Reads pairs of messages, of plural forms the first.</summary>
    /// <param name="path">The file.</param>
    public static IEnumerable<(string English, string Chinese)> Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bool little = bytes.Length >= 28 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == 0x950412de;
        if (!little && (bytes.Length < 28 || BinaryPrimitives.ReadUInt32BigEndian(bytes) != 0x950412de))
        {
            throw new InvalidDataException($"'{path}' is no compiled message catalogue.");
        }

        (int count, int originals, int translations) = (Number(8), Number(12), Number(16));
        for (int i = 0; i < count; i++)
        {
            string english = Text(originals + (8 * i));
            string chinese = Text(translations + (8 * i));
            if (english.Length > 0)
            {
                yield return (english, chinese);
            }
        }

        int Number(int offset) => little ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset)) : BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(offset));

        // What comes after a zero is a plural; what comes before an end of transmission a context.
        string Text(int entry)
        {
            string text = Encoding.UTF8.GetString(bytes, Number(entry + 4), Number(entry));
            int zero = text.IndexOf('\0');
            text = zero < 0 ? text : text[..zero];
            return text[(text.IndexOf('\u0004') + 1)..];
        }
    }
}
