using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AmlVnet.Simulator.Server;

/// <summary>The server's options and what they must look like.</summary>
internal sealed class CommandLine
{
    /// <summary>The port when none is asked for.</summary>
    public const int DefaultPort = 8943;

    /// <summary>One simulated minute a second.</summary>
    public const double DefaultTimeScale = 60;

    private readonly Option<int> _port = new("--port")
    {
        Description = "The HTTPS port on 127.0.0.1 and ::1; 0 picks a free one.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultPort,
    };

    private readonly Option<int?> _httpPort = new("--http-port")
    {
        Description = "Also serve the managed-identity endpoints over plain HTTP on this loopback port; 0 picks a free one.",
        HelpName = "N",
    };

    private readonly Option<string?> _state = new("--state")
    {
        Description = "Keep the state in this file; it survives the process, however that ends. A file that exists wins over --scenario.",
        HelpName = "FILE",
    };

    private readonly Option<string> _scenario = new("--scenario")
    {
        Description =
            "The world to begin with: how-to, existing-cluster, user-assigned, service-principal, overlap, locked-down, contributor, "
            + "hub-and-spoke, kubernetes, migration, automatic, fleet, or a JSON file.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "how-to",
    };

    private readonly Option<double> _timeScale = new("--time-scale")
    {
        Description = "How many simulated seconds pass in one real second.",
        HelpName = "N",
        DefaultValueFactory = _ => DefaultTimeScale,
        // Not the culture's number format: a script means the same everywhere.
        CustomParser = result =>
        {
            var text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value is > 0 and < double.MaxValue)
            {
                return value;
            }
            result.AddError($"--time-scale is a number above 0, not '{text}'.");
            return default;
        },
    };

    private readonly Option<bool> _virtualClock = new("--virtual-clock")
    {
        Description = "Let simulated time stand still except when the control endpoint moves it.",
    };

    private readonly Option<int?> _fleetSize = new("--fleet-size")
    {
        Description = "How many computes the scenario fleet holds.",
        HelpName = "N",
    };

    private readonly Option<string?> _certificateFolder = new("--cert-folder")
    {
        Description = "Where the authority's and the server's certificates are kept; by default below the user's local application data.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _logRequests = new("--log-requests")
    {
        Description = "Show each request and its status; never headers, queries or bodies.",
    };

    private readonly RootCommand _root;

    public CommandLine()
    {
        _root = new RootCommand("A local Azure Resource Manager over HTTPS on loopback, for az, curl and the SDKs. It contacts nobody.")
        {
            _port, _httpPort, _state, _scenario, _timeScale, _virtualClock, _fleetSize, _certificateFolder, _logRequests,
        };
        _port.Validators.Add(result => CheckPort(result, "--port"));
        _httpPort.Validators.Add(result => CheckPort(result, "--http-port"));
        _fleetSize.Validators.Add(static result =>
        {
            if (IsWhole(result, out var size) && size is < 1 or > 10_000)
                result.AddError("--fleet-size is between 1 and 10000.");
        });
        _root.Validators.Add(result =>
        {
            if (result.GetValue(_virtualClock) && result.GetResult(_timeScale) is { Implicit: false })
                result.AddError("--virtual-clock and --time-scale exclude each other.");
        });
    }

    /// <summary>
    /// Reads the arguments. Null when the process is to end with <paramref name="exitCode"/>: 0 after help or version, 2 after an error,
    /// which is then written with the usage to <paramref name="errors"/>.
    /// </summary>
    public ServerSettings? Parse(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors, out int exitCode)
    {
        var strict = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        var parsed = _root.Parse(arguments, strict);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                errors.WriteLine(error.Message);
            errors.WriteLine();
            _root.Parse(["--help"], strict).Invoke(new InvocationConfiguration { Output = errors, Error = errors });
            exitCode = 2;
            return null;
        }
        if (parsed.Action is { } action)
        {
            exitCode = parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors });
            return null;
        }
        exitCode = 0;
        return new ServerSettings
        {
            Port = parsed.GetValue(_port),
            HttpPort = parsed.GetValue(_httpPort),
            StatePath = parsed.GetValue(_state),
            Scenario = parsed.GetValue(_scenario)!,
            FleetSize = parsed.GetValue(_fleetSize),
            TimeScale = parsed.GetValue(_virtualClock) ? null : parsed.GetValue(_timeScale),
            CertificateFolder = parsed.GetValue(_certificateFolder),
            LogRequests = parsed.GetValue(_logRequests),
        };
    }

    private static void CheckPort(OptionResult result, string name)
    {
        if (IsWhole(result, out var port) && port is < 0 or > 65535)
            result.AddError($"{name} is between 0 and 65535.");
    }

    // What is no whole number is refused with the parser's own message.
    private static bool IsWhole(OptionResult result, out int value)
    {
        value = 0;
        return result.Tokens.Count == 1
            && int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }
}
