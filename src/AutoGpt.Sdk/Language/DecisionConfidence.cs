using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// How probable a decision is that a model wrote as a member of a JSON object: the product of the probabilities of the tokens that wrote the member's value, each among what the schema
/// allowed. What the model wrote beside it – a reason in its own words, of many equally good ones – says nothing about the decision.
/// </summary>
internal static class DecisionConfidence
{
    /// <param name="completion">What the model wrote.</param>
    /// <param name="member">The member of the outermost object; a string.</param>
    /// <returns>From 0 to 1; null where the model reports no log-probabilities.</returns>
    public static double? Of(Completion completion, string member)
    {
        (int start, int end) = Find(completion.Text, member);
        double sum = 0;
        bool known = false;
        int from = 0, to = 0;
        for (int index = 0; index < Math.Min(completion.Tokens.Count, completion.TokenEnds.Count); index++)
        {
            // Tokens that come out together begin together.
            (from, to) = completion.TokenEnds[index] == to ? (from, to) : (to, completion.TokenEnds[index]);
            if (from < end && to > start && completion.Tokens[index].ConstrainedLogProbability is { } logProbability)
            {
                sum += logProbability;
                known = true;
            }
        }

        return known ? Math.Exp(sum) : null;
    }

    // Where the value's characters lie, without its quotation marks: what follows it may be in the token of the closing one.
    private static (int Start, int End) Find(string text, string member)
    {
        string json = JsonText.Extract(text);
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(bytes);
        bool named = false;
        while (reader.Read())
        {
            if (named && reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.String)
            {
                int offset = text.IndexOf(json, StringComparison.Ordinal);
                int start = offset + Encoding.UTF8.GetCharCount(bytes.AsSpan(0, (int)reader.TokenStartIndex + 1));
                return (start, offset + Encoding.UTF8.GetCharCount(bytes.AsSpan(0, (int)reader.BytesConsumed - 1)));
            }

            named = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals(member);
        }

        return (0, 0);
    }
}
