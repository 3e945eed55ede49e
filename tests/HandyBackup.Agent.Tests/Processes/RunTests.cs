using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HandyBackup.Agent.Core;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Tests.Processes;

public sealed class RunTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public async Task Whoever_asks_for_help_gets_it(string argument)
    {
        (int exitCode, string said) = await AgentProgram.RunAsync(argument);
        Assert.Equal(0, exitCode);
        Assert.StartsWith("Usage: hb-agent install", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_its_version()
    {
        (int exitCode, string said) = await AgentProgram.RunAsync("--version");
        Assert.Equal((0, AgentHost.ProductVersion), (exitCode, said.Trim()));
    }

    [Fact]
    public async Task It_goes_on_trying_and_says_what_is_wrong_once()
    {
        using var home = new EnrolledHome();
        await using AgentProgram agent = AgentProgram.Start(home.Run);
        AgentStatusReport report = await home.NextReportAsync(report => report.Error is not null);
        Assert.Equal((AgentConnectionState.Connecting, agent.Id), (report.State, report.ProcessId));
        Assert.True(report.Error!.IsTransient);
        await home.NextReportAsync(next => next.Since > report.Since);
        Assert.False(agent.HasExited);
        Assert.Single(agent.Said.Split('\n'), line => line.Contains("Not connected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_stops_when_it_is_asked_to_within_five_seconds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        using var home = new EnrolledHome();
        await using AgentProgram agent = AgentProgram.Start(home.Run);
        await home.NextReportAsync(report => report.Error is not null);
        var watch = Stopwatch.StartNew();
        agent.Terminate();
        Assert.Equal(0, await agent.EndAsync());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal(AgentConnectionState.Stopped, AgentStatusFile.Read(home.Home)!.State);
    }

    [Fact]
    public async Task A_second_agent_of_the_same_folder_ends_with_the_reason()
    {
        using var home = new EnrolledHome();
        await using AgentProgram agent = AgentProgram.Start(home.Run);
        await home.NextReportAsync(report => report.ProcessId == agent.Id);
        (int exitCode, string said) = await AgentProgram.RunAsync(home.Run);
        Assert.Equal(1, exitCode);
        Assert.Contains("Another agent already works", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_identity_it_ends_and_says_how_to_get_one()
    {
        using var folder = new TempFolder();
        (int exitCode, string said) = await AgentProgram.RunAsync("run", "--data-path", folder.Combine("home"));
        Assert.Equal(1, exitCode);
        Assert.Contains("New-HBEnrollmentToken", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_settings_end_it_with_the_name_that_is_wrong()
    {
        using var home = new EnrolledHome();
        await File.WriteAllTextAsync(home.Home.SettingsFile, """{"bandwith":[]}""", TestContext.Current.CancellationToken);
        (int exitCode, string said) = await AgentProgram.RunAsync(home.Run);
        Assert.Equal(1, exitCode);
        Assert.Contains("bandwith", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WorkPriority.Normal, WorkPriority.Normal, 0, "none: prio 0")]
    [InlineData(WorkPriority.Low, WorkPriority.Low, 10, "best-effort: prio 7")]
    [InlineData(WorkPriority.Idle, WorkPriority.Idle, 19, "idle")]
    public async Task Every_thread_has_the_priorities_of_the_settings(WorkPriority cpu, WorkPriority io, int nice, string ioClass)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "nice values and ionice");
        using var home = new EnrolledHome(new AgentSettings { CpuPriority = cpu, IoPriority = io });
        await using AgentProgram agent = AgentProgram.Start(home.Run);
        await home.NextReportAsync(report => report.Error is not null);
        string[] threads = [.. Directory.GetDirectories($"/proc/{agent.Id}/task").Select(folder => Path.GetFileName(folder)!)];
        Assert.NotEmpty(threads);
        Assert.All(threads, thread => Assert.Equal((nice, ioClass), (NiceOf(agent.Id, thread), IoClassOf(thread))));
    }

    [Fact]
    public async Task Status_tells_scripts_how_it_stands()
    {
        using var home = new EnrolledHome();
        await using (AgentProgram agent = AgentProgram.Start(home.Run))
        {
            await home.NextReportAsync(report => report.Error is not null);
            (int exitCode, string said) = await AgentProgram.RunAsync("status", "--data-path", home.Home.Path);
            Assert.Equal(1, exitCode);
            JsonElement status = JsonDocument.Parse(said).RootElement;
            Assert.Equal((true, true), (status.GetProperty("isRunning").GetBoolean(), status.GetProperty("isEnrolled").GetBoolean()));
            Assert.Equal(("Connecting", agent.Id), (status.GetProperty("report").GetProperty("state").GetString(), status.GetProperty("report").GetProperty("processId").GetInt32()));
        }

        Assert.False(JsonDocument.Parse((await AgentProgram.RunAsync("status", "--data-path", home.Home.Path)).Said).RootElement.GetProperty("isRunning").GetBoolean());
    }

    private static int NiceOf(int process, string thread)
    {
        // proc(5): nice is the 19th field; the name, the second, stands in parentheses.
        string stat = File.ReadAllText($"/proc/{process}/task/{thread}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    private static string IoClassOf(string thread)
    {
        using Process ionice = Process.Start(new ProcessStartInfo("ionice", ["-p", thread]) { RedirectStandardOutput = true })!;
        string said = ionice.StandardOutput.ReadToEnd().Trim();
        ionice.WaitForExit();
        return said;
    }
}
