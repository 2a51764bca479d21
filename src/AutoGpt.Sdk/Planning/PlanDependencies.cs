using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// Which steps must come before which. A step depends on the steps it refers to, on <see cref="PlanStep.After"/>, and on each
/// earlier step that touches the same path when either of the two writes; of a plan that was extended at its end (<see cref="Plan.ExtendedAfter"/>), each such step since then.
/// </summary>
/// <remarks>
/// A path is an argument whose schema has <c>"x-quotedAs": "path"</c>. A tool writes unless its additional property
/// <c>readOnlyHint</c> is true. A tool that takes no paths at all might touch anything: it is ordered with every writer, so that
/// tools that declare nothing run in the order of the plan, and those that declare <c>readOnlyHint</c> run at the same time. A sub-goal might touch anything, too; its steps stand where it stands.
/// </remarks>
public static class PlanDependencies
{
    /// <summary>Finds the dependencies of every step.</summary>
    /// <param name="plan">A valid plan.</param>
    /// <param name="tools">The tools it uses.</param>
    /// <returns>For each step, by its number, the numbers of the steps that must have succeeded before it.</returns>
    public static IReadOnlyDictionary<int, IReadOnlySet<int>> Find(Plan plan, IEnumerable<AIFunctionDeclaration> tools)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, AIFunctionDeclaration> byName = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        Dictionary<int, IReadOnlySet<int>> dependencies = [];
        Dictionary<int, List<(int Number, Footprint Footprint)>> siblings = [];
        foreach (PlanStep step in PlanTree.InOrder(plan))
        {
            Footprint footprint = Footprint.Of(step, byName.GetValueOrDefault(step.Tool));
            HashSet<int> before = [.. PlanReferences.Collect(step.Arguments), .. step.After];

            // What was there when the plan was extended had ended by then, and the planner has seen how.
            int seen = plan.ExtendedAfter.LastOrDefault(count => count < step.Number);

            // What lies in an earlier sub-goal has ended when that has.
            List<(int Number, Footprint Footprint)> earlier = siblings.TryGetValue(step.Parent ?? 0, out List<(int, Footprint)>? known) ? known : siblings[step.Parent ?? 0] = [];
            before.UnionWith(earlier.Where(other => other.Number > seen && footprint.ConflictsWith(other.Footprint)).Select(other => other.Number));
            if (step.Parent is { } parent)
            {
                // Nothing waits for what it is a part of, and everything for what that waits for.
                before.UnionWith(dependencies[parent]);
                before.ExceptWith(PlanTree.Ancestors(plan, step));
            }

            dependencies[step.Number] = before;
            earlier.Add((step.Number, footprint));
        }

        return dependencies;
    }

    /// <summary>What a step may read or write; <paramref name="Paths"/> is null when that could be anything.</summary>
    private sealed record Footprint(bool Writes, IReadOnlySet<string>? Paths)
    {
        public static Footprint Of(PlanStep step, AIFunctionDeclaration? tool)
        {
            if (tool is null)
            {
                return new Footprint(true, null);
            }

            HashSet<string> paths = new(StringComparer.OrdinalIgnoreCase); // Some file systems do not tell a.txt from A.txt.
            bool takesPaths = false;
            bool known = true;
            foreach (JsonElement schema in ToolTraits.Forms(tool).Append(tool.JsonSchema))
            {
                foreach (string name in PathParameters(schema))
                {
                    takesPaths = true;
                    known &= Add(paths, step.Arguments[name]);
                }
            }

            return new Footprint(!ToolTraits.IsReadOnly(tool), takesPaths && known ? paths : null);
        }

        public bool ConflictsWith(Footprint other) =>
            (Writes || other.Writes) && (Paths is null || other.Paths is null || Paths.Overlaps(other.Paths));

        private static IEnumerable<string> PathParameters(JsonElement schema) =>
            schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out JsonElement properties)
                ? properties.EnumerateObject().Where(property => IsPath(property.Value)).Select(property => property.Name)
                : [];

        private static bool IsPath(JsonElement schema) =>
            schema.ValueKind == JsonValueKind.Object
            && ((schema.TryGetProperty("x-quotedAs", out JsonElement kind) && kind.ValueEquals("path"))
                || IsPath(SchemaTypes.Items(schema))
                || SchemaTypes.Alternatives(schema).Any(IsPath));

        /// <summary>Adds the paths of an argument; false when one of them is only known once another step has run.</summary>
        private static bool Add(HashSet<string> paths, JsonNode? argument)
        {
            if (argument is JsonArray array)
            {
                return array.Aggregate(true, (known, element) => Add(paths, element) && known);
            }

            if (argument is not JsonValue value || !value.TryGetValue(out string? path))
            {
                return true;
            }

            if (PlanReferences.TryParse(path, out _))
            {
                return false;
            }

            paths.Add(Normalize(path));
            return true;
        }

        private static string Normalize(string path)
        {
            List<string> segments = [];
            foreach (string segment in path.Split('/', '\\'))
            {
                if (segment == ".." && segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
                else if (segment is not ("" or "."))
                {
                    segments.Add(segment);
                }
            }

            return string.Join('/', segments);
        }
    }
}
