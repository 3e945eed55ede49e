using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Tests.Commands;

public sealed class StartServerTests
{
    [Fact]
    public async Task A_server_that_answers_already_is_an_error()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);
        panel.Server.On("IServerInfo.GetStatusAsync", Samples.Status(panel.Server.DataPath));

        ErrorRecord error = await panel.ErrorAsync($"Start-HBServer -Standalone -DataPath '{panel.Server.DataPath}' -ServerPath /bin/true");

        Assert.Equal("DataPathInUse", error.Id());
        Assert.Equal(panel.Server.DataPath, error.TargetObject);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_named()
    {
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync("Start-HBServer -DataPath /tmp/none -ServerPath /no/such/server");

        Assert.Equal("ServerStartFailed", error.Id());
        Assert.Equal("/no/such/server", error.TargetObject);
    }

    [Fact]
    public async Task A_folder_means_the_program_in_it()
    {
        string folder = Directory.CreateTempSubdirectory("hb-server-path-").FullName;
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync($"Start-HBServer -DataPath /tmp/none -ServerPath '{folder}'");

        Directory.Delete(folder);
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "hb-server.exe" : "hb-server");
        Assert.Equal(("ServerStartFailed", program), (error.Id(), error.TargetObject));
    }

    [Fact]
    public async Task A_program_that_ends_at_once_is_an_error_and_not_waited_for()
    {
        await using var program = new FakeServerProgram("exit 3");
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync($"Start-HBServer -DataPath '{program.DataPath}' -ServerPath '{program.Path}' -TimeoutSec 25");

        Assert.Equal("ServerStartFailed", error.Id());
        Assert.Contains("ended before it answered", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reason_that_a_server_leaves_becomes_the_error()
    {
        await using var program = new FakeServerProgram("cp \"$2/prepared/start-error.json\" \"$2/\"; exit 1");
        string prepared = Directory.CreateDirectory(Path.Combine(program.DataPath, "prepared")).FullName;
        StartErrorFile.Write(prepared, new ErrorInfo { Code = ErrorCode.CatalogNewer, Message = "The catalog is newer.", Advice = "Install the newer version." });
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync($"Start-HBServer -DataPath '{program.DataPath}' -ServerPath '{program.Path}'");

        Assert.Equal("CatalogNewer", error.Id());
        Assert.Equal("Install the newer version.", error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public async Task The_program_gets_its_arguments_a_session_of_its_own_and_no_standard_streams()
    {
        await using var program = new FakeServerProgram("""
            { printf '%s\n' "$@"; echo $$ $(sed 's/.*) //' /proc/$$/stat | cut -d' ' -f4); readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2; } > "$2/seen"
            """);
        await using Panel panel = await Panel.OpenAsync(connect: false);

        await panel.ErrorAsync($"Start-HBServer -Standalone -DataPath '{program.DataPath}' -ServerPath '{program.Path}'");

        string[] seen = await File.ReadAllLinesAsync(Path.Combine(program.DataPath, "seen"), TestTimeout.Token);
        Assert.Equal(["--data-path", program.DataPath, "--standalone"], seen[..3]);
        string[] processAndSession = seen[3].Split(' ');
        Assert.Equal(processAndSession[0], processAndSession[1]);
        Assert.Equal("/dev/null", seen[4]);
        Assert.DoesNotContain(seen[5..], stream => stream.StartsWith("pipe:", StringComparison.Ordinal) || stream.StartsWith("/dev/pts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Addresses_and_names_for_other_machines_are_handed_on()
    {
        await using var program = new FakeServerProgram("""
            printf '%s\n' "$@" > "$2/seen"
            """);
        await using Panel panel = await Panel.OpenAsync(connect: false);

        await panel.ErrorAsync($"Start-HBServer -DataPath '{program.DataPath}' -ServerPath '{program.Path}' -Listen '*:10700', '[::1]' -ServerName backup.example.org, 192.0.2.7");

        string[] seen = await File.ReadAllLinesAsync(Path.Combine(program.DataPath, "seen"), TestTimeout.Token);
        Assert.Equal(
            ["--data-path", program.DataPath, "--listen", "*:10700", "--listen", "[::1]", "--name", "backup.example.org", "--name", "192.0.2.7"], seen);
    }

    [Fact]
    public async Task A_data_path_that_cannot_be_made_is_named()
    {
        await using var program = new FakeServerProgram("exit 1");
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync($"Start-HBServer -DataPath '{program.Path}/below' -ServerPath '{program.Path}'");

        Assert.Equal("DataPathUnusable", error.Id());
        Assert.Equal(program.Path + "/below", error.TargetObject);
    }

    [Fact]
    public async Task WhatIf_starts_nothing()
    {
        await using var program = new FakeServerProgram("touch \"$2/started\"");
        await using Panel panel = await Panel.OpenAsync(connect: false);

        await panel.OutputAsync($"Start-HBServer -DataPath '{program.DataPath}' -ServerPath '{program.Path}' -WhatIf");

        Assert.False(File.Exists(Path.Combine(program.DataPath, "started")));
    }
}
