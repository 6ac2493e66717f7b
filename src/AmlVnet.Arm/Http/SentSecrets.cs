using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AmlVnet.Arm.Http;

/// <summary>
/// Takes secrets out of what services say. What was sent is remembered for the whole process, for a service may quote it later and to
/// another runspace; only keyed hashes of its parts are kept.
/// </summary>
internal static partial class SentSecrets
{
    private const string Mask = "***";

    // Short enough for a quotation that is cut off or wrapped elsewhere, long enough to be no word.
    private const int PartLength = 8;

    private static readonly ConcurrentDictionary<ulong, bool> Parts = new();

    /// <summary>
    /// Finds the secrets in a body that is about to be sent: what is framed as PEM, a compute's TLS, an extension's protected settings.
    /// </summary>
    internal static void Learn(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        Walk(json.RootElement, "", isSecret: false);

        static void Walk(JsonElement element, string within, bool isSecret)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray()) Walk(item, within, isSecret);
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject())
                    Walk(member.Value, member.Name, isSecret || IsSecret(within, member.Name));
            }
            else if (element.ValueKind == JsonValueKind.String && element.GetString() is { } text
                && (isSecret || text.Contains("-----BEGIN ", StringComparison.Ordinal)))
            {
                Learn(text);
            }
        }
    }

    /// <summary>Remembers a secret, in each of the forms in which a service may quote it.</summary>
    internal static void Learn(string secret)
    {
        // What frames a PEM file is no secret.
        foreach (var line in secret.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("-----", StringComparison.Ordinal)) continue;
            string[] forms =
            [
                line, JavaScriptEncoder.Default.Encode(line), line.Replace("/", "\\/", StringComparison.Ordinal),
                Uri.EscapeDataString(line),
            ];
            foreach (var form in forms)
                for (var start = 0; start + PartLength <= form.Length; start++)
                    Parts[Hash(form.AsSpan(start, PartLength))] = true;
        }
    }

    /// <summary>The text without what was sent in secret, and without anything that has the form of a key or a token.</summary>
    internal static string? Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return text;
        return Pem().Replace(WithoutParts(Token().Replace(text, Mask)), Mask);
    }

    private static string WithoutParts(string text)
    {
        if (Parts.IsEmpty) return text;
        var clean = new StringBuilder(text.Length);
        var end = -1;
        for (var start = 0; start < text.Length; start++)
        {
            if (start + PartLength <= text.Length && Parts.ContainsKey(Hash(text.AsSpan(start, PartLength))))
            {
                if (end < start) clean.Append(Mask);
                end = start + PartLength;
            }

            if (start >= end) clean.Append(text[start]);
        }

        return clean.ToString();
    }

    // Members of Microsoft.MachineLearningServices/workspaces/computes (AKS), Microsoft.KubernetesConfiguration/extensions and
    // Microsoft.ContainerService/managedClusters/runCommand.
    private static bool IsSecret(string within, string member) =>
        member is "configurationProtectedSettings" or "clusterToken" || (within == "sslConfiguration" && member is ("cert" or "key"));

    private static ulong Hash(ReadOnlySpan<char> part) =>
        ((ulong)(uint)string.GetHashCode(part, StringComparison.Ordinal) << 32)
        | (uint)string.GetHashCode(part[1..], StringComparison.Ordinal);

    /// <summary>A PEM file or its beginning, as it is or as JSON writes it.</summary>
    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]*-----[A-Za-z0-9+/=\s\\*]*(?:-----END [A-Z0-9 ]*-----)?")]
    private static partial Regex Pem();

    [GeneratedRegex(@"(?<=Bearer\s+)[A-Za-z0-9._~+/=-]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")]
    private static partial Regex Token();
}
