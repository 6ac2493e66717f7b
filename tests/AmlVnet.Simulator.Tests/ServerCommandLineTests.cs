using System.Globalization;
using AmlVnet.Simulator.Server;

namespace AmlVnet.Simulator.Tests;

public sealed class ServerCommandLineTests
{
    [Fact]
    public void Without_arguments_it_serves_the_how_to_at_a_minute_a_second()
    {
        var settings = Parse([]);

        Assert.Equal(new ServerSettings { Port = 8943, Scenario = "how-to", TimeScale = 60 }, settings);
    }

    [Fact]
    public void Every_option_is_taken()
    {
        var settings = Parse([
            "--port", "0", "--http-port", "8980", "--state", "world.state", "--scenario=fleet", "--fleet-size", "25", "--time-scale", "0.5",
            "--cert-folder", "certs", "--log-requests",
        ]);

        Assert.Equal(
            new ServerSettings
            {
                Port = 0,
                HttpPort = 8980,
                StatePath = "world.state",
                Scenario = "fleet",
                FleetSize = 25,
                TimeScale = 0.5,
                CertificateFolder = "certs",
                LogRequests = true,
            },
            settings);
    }

    [Fact]
    public void A_virtual_clock_has_no_scale() => Assert.Null(Parse(["--virtual-clock"]).TimeScale);

    [Fact]
    public void A_number_means_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(0.5, Parse(["--time-scale", "0.5"]).TimeScale);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("--port -1", "--port is between 0 and 65535.")]
    [InlineData("--port 65536", "--port is between 0 and 65535.")]
    [InlineData("--port abc", "abc")]
    [InlineData("--port", "--port")]
    [InlineData("--port 1 --port 2", "--port")]
    [InlineData("--http-port 70000", "--http-port is between 0 and 65535.")]
    [InlineData("--time-scale 0", "--time-scale is a number above 0, not '0'.")]
    [InlineData("--time-scale -3", "--time-scale is a number above 0, not '-3'.")]
    [InlineData("--time-scale NaN", "--time-scale is a number above 0, not 'NaN'.")]
    [InlineData("--time-scale 1,5", "--time-scale is a number above 0, not '1,5'.")]
    [InlineData("--virtual-clock --time-scale 5", "--virtual-clock and --time-scale exclude each other.")]
    [InlineData("--fleet-size 0", "--fleet-size is between 1 and 10000.")]
    [InlineData("--state", "--state")]
    [InlineData("stray", "stray")]
    [InlineData("@arguments.txt", "@arguments.txt")]
    public void What_is_wrong_is_named_with_the_usage_and_exit_code_2(string arguments, string named)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());

        Assert.Null(new CommandLine().Parse(arguments.Split(' '), output, errors, out var exitCode));

        Assert.Equal(2, exitCode);
        Assert.Contains(named, errors.ToString().Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("Usage:", errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Help_lists_every_option_and_ends_with_0()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());

        Assert.Null(new CommandLine().Parse(["--help"], output, errors, out var exitCode));

        Assert.Equal(0, exitCode);
        Assert.Empty(errors.ToString());
        Assert.All(
            [
                "--port", "--http-port", "--state", "--scenario", "--time-scale", "--virtual-clock", "--fleet-size", "--cert-folder",
                "--log-requests",
            ],
            option => Assert.Contains(option, output.ToString(), StringComparison.Ordinal));
    }

    private static ServerSettings Parse(string[] arguments)
    {
        var errors = new StringWriter();
        var settings = new CommandLine().Parse(arguments, TextWriter.Null, errors, out var exitCode);
        Assert.Empty(errors.ToString());
        Assert.Equal(0, exitCode);
        return Assert.IsType<ServerSettings>(settings);
    }
}
