namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>
/// Understands the few kubectl lines that the objects of <see cref="ClusterObjects"/> are looked at and changed with: get, create
/// namespace, annotate and delete. Anything else ends with an error, and changes nothing.
/// </summary>
internal sealed class Kubectl(ClusterObjects objects, ClusterFleet clusters)
{
    private static readonly (string Kind, string[] Names)[] Kinds =
    [
        ("Namespace", ["namespace", "namespaces", "ns"]),
        ("Secret", ["secret", "secrets"]),
        ("Service", ["service", "services", "svc"]),
        ("Deployment", ["deployment", "deployments", "deploy", "deployment.apps", "deployments.apps"]),
        ("ServiceAccount", ["serviceaccount", "serviceaccounts", "sa"]),
        ("ClusterRole", ["clusterrole", "clusterroles"]),
        ("ClusterRoleBinding", ["clusterrolebinding", "clusterrolebindings"]),
        ("ConfigMap", ["configmap", "configmaps", "cm"]),
        ("CustomResourceDefinition", ["customresourcedefinition", "customresourcedefinitions", "crd", "crds"]),
    ];

    /// <summary>Runs a command: one or more lines of kubectl, joined by <c>&amp;&amp;</c>, <c>;</c> or the end of the line.</summary>
    /// <returns>The exit code, and all that was written.</returns>
    public (int ExitCode, string Logs) Run(Resource cluster, string command)
    {
        var logs = new List<string>();
        var code = 0;
        foreach (var part in command.Replace("&&", "\n&&", StringComparison.Ordinal).Split(['\n', ';'], StringSplitOptions.TrimEntries))
        {
            var line = part.StartsWith("&&", StringComparison.Ordinal) ? part[2..].Trim() : part;
            if (line.Length == 0 || (part.StartsWith("&&", StringComparison.Ordinal) && code != 0))
                continue;
            (code, var text) = One(cluster, Words(line));
            if (text.Length > 0)
                logs.Add(text);
        }
        return (code, string.Concat(logs.Select(text => text + "\n")));
    }

    private (int, string) One(Resource cluster, List<string> words)
    {
        if (words.Count < 3 || words[0] != "kubectl" || Line.Parse(words) is not { } line)
            return (1, $"error: the simulator does not know the command '{string.Join(' ', words)}'");
        return line.Verb switch
        {
            "get" => Get(cluster, line),
            "create" when line.Words is [{ } kind, { } name] && KindOf(kind) == "Namespace" => CreateNamespace(cluster, name),
            "annotate" when line.Words.Count >= 3 => Annotate(cluster, line),
            "delete" when line.Words.Count >= 2 => Delete(cluster, line),
            _ => (1, $"error: the simulator does not know the command '{string.Join(' ', words)}'"),
        };
    }

    private (int, string) Get(Resource cluster, Line line)
    {
        var kinds = line.Words[0].Split(',').Select(KindOf).ToList();
        if (kinds.Contains(null))
            return (1, $"error: the server doesn't have a resource type \"{line.Words[0]}\"");
        var names = line.Words.Skip(1).ToList();
        var missing = names.Where(name => !kinds.Exists(kind => objects.Find(cluster, kind!, name, line.Space) is not null)).ToList();
        var found = objects.All(cluster).Where(item => kinds.Exists(kind => kind == item.Text("kind")))
            .Where(item => line.IsEverywhere || ClusterObjects.IsClusterWide(item.Text("kind")!)
                || ClusterObjects.SpaceOf(item).Same(line.Space ?? "default"))
            .Where(item => names.Count == 0 || names.Exists(name => name.Same(ClusterObjects.NameOf(item)))).ToList();
        if (missing.Count > 0 && !line.IgnoresMissing)
            return (1, NotFound(kinds[0]!, missing[0]));
        return (0, Written(found, line, isOne: names.Count == 1));
    }

    private static string Written(List<JsonObject> found, Line line, bool isOne) => line.Output switch
    {
        "json" when isOne => found.Count == 0 ? "" : found[0].ToJsonString(),
        "json" => new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray([.. found.Select(item => item.DeepClone())]),
        }.ToJsonString(),
        { } columns when columns.StartsWith(Line.Columns, StringComparison.Ordinal) => Columns(found, columns[Line.Columns.Length..]),
        "name" => string.Join('\n', found.Select(item => $"{item.Text("kind")!.ToLowerInvariant()}/{ClusterObjects.NameOf(item)}")),
        _ => found.Count == 0 ? (line.IgnoresMissing ? "" : "No resources found")
            : string.Join('\n', found.Select(item => $"{ClusterObjects.SpaceOf(item) ?? "-"} {ClusterObjects.NameOf(item)}")
                .Prepend("NAMESPACE NAME")),
    };

    /// <summary>A row an object, without a head: each column is <c>TITLE:.path</c>, whose escaped dots belong to a name.</summary>
    private static string Columns(List<JsonObject> found, string columns)
    {
        var paths = columns.Split(',').Select(static column => column[(column.IndexOf(':', StringComparison.Ordinal) + 2)..]
            .Replace("\\.", "\n", StringComparison.Ordinal).Split('.').Select(static name => name.Replace('\n', '.')).ToArray()).ToArray();
        return string.Join('\n', found.Select(item => string.Join("   ", paths.Select(path =>
            path[..^1].Aggregate((JsonObject?)item, static (at, name) => at.Object(name)).Text(path[^1]) ?? "<none>"))));
    }

    private (int, string) CreateNamespace(Resource cluster, string name)
    {
        if (objects.Find(cluster, "Namespace", name) is not null)
            return (1, $"Error from server (AlreadyExists): namespaces \"{name}\" already exists");
        objects.EnsureNamespace(cluster, name);
        return (0, $"namespace/{name} created");
    }

    private (int, string) Annotate(Resource cluster, Line line)
    {
        if (KindOf(line.Words[0]) is not { } kind || objects.Find(cluster, kind, line.Words[1], line.Space) is not { } item)
            return (1, NotFound(KindOf(line.Words[0]) ?? line.Words[0], line.Words[1]));
        var metadata = item.Object("metadata")!;
        var annotations = metadata.Object("annotations") ?? (JsonObject)(metadata["annotations"] = new JsonObject());
        foreach (var pair in line.Words.Skip(2).Select(word => word.Split('=', 2)))
        {
            if (pair.Length == 1)
                annotations.Remove(pair[0].TrimEnd('-'));
            else if (annotations.Text(pair[0]) is { } now && now != pair[1] && !line.Overwrites)
                return (1, "error: --overwrite is false but found the following declared annotation(s): "
                    + $"'{pair[0]}' already has a value ({now})");
            else
                annotations[pair[0]] = pair[1];
        }
        objects.Save(cluster, item);
        return (0, $"{kind.ToLowerInvariant()}/{line.Words[1]} annotated");
    }

    private (int, string) Delete(Resource cluster, Line line)
    {
        if (KindOf(line.Words[0]) is not { } kind)
            return (1, $"error: the server doesn't have a resource type \"{line.Words[0]}\"");
        var written = new List<string>();
        foreach (var name in line.Words.Skip(1))
        {
            if (objects.Find(cluster, kind, name, line.Space) is null)
            {
                if (line.IgnoresMissing)
                    continue;
                return (1, string.Join('\n', written.Append(NotFound(kind, name))));
            }
            objects.Remove(cluster, kind, name, line.Space);
            // The load balancer follows the service.
            if (kind == "Service" && name.Same("azureml-fe"))
                clusters.WithdrawScoring(cluster, (line.Space ?? "default").Same(ClusterObjects.Extension) ? ClusterFleet.Router
                    : ClusterFleet.Scoring);
            written.Add($"{kind.ToLowerInvariant()} \"{name}\" deleted");
        }
        return (0, string.Join('\n', written));
    }

    private static string NotFound(string kind, string name) =>
        $"Error from server (NotFound): {kind.ToLowerInvariant()}s \"{name}\" not found";

    private static string? KindOf(string word) => Array.Find(Kinds, one => one.Names.Contains(word.ToLowerInvariant())).Kind;

    /// <summary>The words of a line; quotes hold one together.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        foreach (var (part, i) in line.Split(['"', '\'']).Select(static (part, i) => (part, i)))
        {
            if (i % 2 == 1)
                words.Add(part);
            else
                words.AddRange(part.Replace("\\\\", "\\", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return words;
    }

    /// <summary>A line of kubectl, with the options that are known.</summary>
    private sealed record Line(string Verb, IReadOnlyList<string> Words)
    {
        public const string Columns = "custom-columns=";

        public string? Space { get; private init; }

        public string? Output { get; private init; }

        public bool IsEverywhere { get; private init; }

        public bool IgnoresMissing { get; private init; }

        public bool Overwrites { get; private init; }

        /// <summary>A line, or null where it has an option that is not known.</summary>
        public static Line? Parse(List<string> all)
        {
            var words = new List<string>();
            var line = new Line(all[1], words);
            for (var i = 2; i < all.Count; i++)
            {
                var (word, value) = all[i].Split('=', 2) is [var option, var given] && option.StartsWith('-') ? (option, given)
                    : (all[i], i + 1 < all.Count ? all[i + 1] : "");
                var takesNext = word == all[i];
                switch (word)
                {
                    case "-n" or "--namespace":
                        line = line with { Space = value };
                        i += takesNext ? 1 : 0;
                        break;
                    case "-o" or "--output":
                        line = line with { Output = value };
                        i += takesNext ? 1 : 0;
                        break;
                    case "-A" or "--all-namespaces":
                        line = line with { IsEverywhere = true };
                        break;
                    case "--ignore-not-found":
                        line = line with { IgnoresMissing = true };
                        break;
                    case "--no-headers":
                        break;
                    case "--overwrite":
                        line = line with { Overwrites = true };
                        break;
                    default:
                        if (word.StartsWith('-'))
                            return null;
                        words.Add(all[i]);
                        break;
                }
            }
            return words.Count == 0
                || (line.Output is not (null or "json" or "name") && !line.Output.StartsWith(Columns, StringComparison.Ordinal))
                ? null : line;
        }
    }
}
