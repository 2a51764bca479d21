using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk;

namespace EmbeddedAgent;

/// <summary>A call that waits for a person.</summary>
/// <param name="Id">Names the question. Random: it cannot be guessed, and no other question ever has it.</param>
/// <param name="Hash">Of everything that is shown. Whoever answers sends it back, so that the answer is for what they saw.</param>
internal sealed record PendingApproval(string Id, string RunId, int Step, string Tool, JsonObject Arguments, string Reason, bool MayHaveRun, DateTimeOffset Expires, string Hash)
{
    public static PendingApproval Of(ActionRequest request, string reason, DateTimeOffset expires)
    {
        string id = RandomNumberGenerator.GetHexString(32, lowercase: true);

        // As JSON, so that no two questions are written alike.
        string shown = new JsonArray(id, request.RunId, request.Step, request.Tool, request.Arguments.DeepClone(), reason, request.MayHaveRun).ToJsonString(JsonSerializerOptions.Web);
        return new PendingApproval(
            id, request.RunId, request.Step, request.Tool, request.Arguments, reason, request.MayHaveRun, expires, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(shown))));
    }
}
