using System.Text.Json;

namespace AutoGpt.Sdk.Models;

/// <summary>Numbers of a schema.</summary>
internal static class SchemaNumbers
{
    /// <exception cref="SchemaException">A bound is no number, or no number fits.</exception>
    public static NumberAutomaton? Create(JsonElement schema, bool integer, string path)
    {
        decimal? minimum = Bound("minimum");
        decimal? maximum = Bound("maximum");
        decimal? above = Bound("exclusiveMinimum");
        decimal? below = Bound("exclusiveMaximum");
        bool exclusiveMinimum = above is not null && !(above < minimum);
        bool exclusiveMaximum = below is not null && !(below > maximum);
        NumberBounds bounds = new(exclusiveMinimum ? above : minimum, exclusiveMinimum, exclusiveMaximum ? below : maximum, exclusiveMaximum);
        NumberAutomaton automaton = new(integer, bounds);
        return automaton.IsSatisfiable ? automaton : throw new SchemaException(path, "no number fits its bounds.");

        decimal? Bound(string keyword)
        {
            if (!schema.TryGetProperty(keyword, out JsonElement bound))
            {
                return null;
            }

            return bound.ValueKind == JsonValueKind.Number && bound.TryGetDecimal(out decimal value) && Math.Abs(value) < 1_000_000_000_000_000m
                ? value : throw new SchemaException($"{path}/{keyword}", "it must be a number of at most 15 digits before the point.");
        }
    }
}
