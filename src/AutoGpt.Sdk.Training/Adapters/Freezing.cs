using System.IO.Enumeration;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training;

/// <summary>Which of a network's parameters are trained. A frozen one gets no gradient, and the work for it is saved.</summary>
public static class Freezing
{
    /// <summary>Freezes parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="names">Names of parameters, with <c>*</c> for any characters: <c>model.embed_tokens.*</c>, <c>model.layers.0.*</c>. Default: all.</param>
    /// <returns>How many parameters are frozen by this.</returns>
    /// <exception cref="ArgumentException">A name fits no parameter.</exception>
    public static int Freeze(this nn.Module network, params IEnumerable<string> names) => Set(network, names, trains: false);

    /// <summary>Lets parameters be trained again.</summary>
    /// <param name="network">The network.</param>
    /// <param name="names">As for <see cref="Freeze"/>.</param>
    /// <returns>How many parameters are trained by this.</returns>
    /// <exception cref="ArgumentException">A name fits no parameter.</exception>
    public static int Unfreeze(this nn.Module network, params IEnumerable<string> names) => Set(network, names, trains: true);

    private static int Set(nn.Module network, IEnumerable<string> names, bool trains)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(names);
        string[] patterns = [.. names];
        (string name, Parameter parameter)[] all = [.. network.named_parameters()];
        if (patterns.FirstOrDefault(pattern => !all.Any(each => Fits(pattern, each.name))) is string stray)
        {
            throw new ArgumentException($"The network has no parameter '{stray}'; it has {string.Join(", ", all.Take(3).Select(each => $"'{each.name}'"))} and {Math.Max(0, all.Length - 3)} more.", nameof(names));
        }

        int changed = 0;
        foreach ((string name, Parameter parameter) in all)
        {
            if (parameter.requires_grad != trains && (patterns.Length == 0 || patterns.Any(pattern => Fits(pattern, name))))
            {
                parameter.requires_grad = trains;
                parameter.grad = null;
                changed++;
            }
        }

        return changed;
    }

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
