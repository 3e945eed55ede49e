using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Core.Tests.Home;

public sealed class AgentSettingsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private AgentHome Home => new(_folder.Path);

    [Fact]
    public void Without_a_file_nothing_is_limited()
    {
        AgentSettings settings = AgentSettingsFile.Read(Home);
        Assert.Equal(("", "", WorkPriority.Normal, WorkPriority.Normal), (settings.Server, settings.Name, settings.CpuPriority, settings.IoPriority));
        Assert.Empty(settings.Bandwidth);
        Assert.False(settings.Conditions.NotOnBattery);
    }

    [Fact]
    public void What_the_file_does_not_say_keeps_its_default()
    {
        File.WriteAllText(Home.SettingsFile, """{"server":"backup.example.com:10680","ioPriority":"idle","conditions":{"notOnBattery":true}}""");
        AgentSettings settings = AgentSettingsFile.Read(Home);
        Assert.Equal(("backup.example.com:10680", WorkPriority.Normal, WorkPriority.Idle), (settings.Server, settings.CpuPriority, settings.IoPriority));
        Assert.Equal((true, false, TimeSpan.FromDays(3)), (settings.Conditions.NotOnBattery, settings.Conditions.NotOnMetered, settings.Conditions.AtLatestAfter));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var written = new AgentSettings
        {
            Server = "[2001:db8::1]:10680",
            Name = "pc-17",
            Bandwidth = ["08:00-18:00 2MB/s", "unlimited"],
            CpuPriority = WorkPriority.Low,
            Conditions = new() { NotOnVpn = true, AtLatestAfter = TimeSpan.FromHours(30) },
        };
        AgentSettingsFile.Write(Home, written);
        AgentSettings read = AgentSettingsFile.Read(Home);
        Assert.Equal(written.Bandwidth, read.Bandwidth);
        IReadOnlyList<string> none = [];
        Assert.Equal(written with { Bandwidth = none }, read with { Bandwidth = none });
    }

    [Theory]
    [InlineData("""{"servr":"a:1"}""", "servr")]
    [InlineData("""{"cpuPriority":"Lowest"}""", "cpuPriority")]
    [InlineData("""{"bandwidth":["8-18 2MB"]}""", "8-18 2MB")]
    [InlineData("""{"conditions":{"atLatestAfter":"00:00:00"}}""", "atLatestAfter")]
    [InlineData("""{"server":"2001:db8::1:10680"}""", "brackets")]
    [InlineData("""{"server":null}""", "server")]
    [InlineData("""{"server":""", "agent.json")]
    [InlineData("null", "null")]
    public void What_means_nothing_is_named(string content, string named)
    {
        File.WriteAllText(Home.SettingsFile, content);
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => AgentSettingsFile.Read(Home));
        Assert.Equal(ErrorCode.AgentSettingsInvalid, exception.Code);
        Assert.Contains(named, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _folder.Dispose();
}
