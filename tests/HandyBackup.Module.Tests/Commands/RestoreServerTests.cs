using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Tests.Hosting;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Tests.Commands;

/// <summary>How the server program is called and understood; that it restores is proved with the real one.</summary>
public sealed class RestoreServerTests
{
    // Writes down how it was called, and says what the test has prepared.
    private const string Program = """{ printf '%s\n' "$@"; head -n 1; } > "${0%/*}/seen"; cat "${0%/*}/report" """;

    [Fact]
    public async Task Program_gets_options_and_the_password_by_standard_input()
    {
        await using FakeServerProgram program = Prepare(new ServerRestoreReport { Restored = Restored });
        await using Panel panel = await Panel.OpenAsync(connect: false);

        PanelResult result = await panel.RunAsync($"{Command(program)} -DataPath '{program.DataPath}/new' -Force");

        PSObject restored = Assert.Single(result.Output);
        Assert.Equal(("/hb", "/hb/replaced", 2), (restored.Text("DataPath"), restored.Text("KeptAside"), restored.Get("RevokedTokens")));
        Assert.Equal(["restore-server", "--from", program.DataPath + "/file", "--data-path", program.DataPath + "/new", "--force", "pass wörd"], await SeenAsync(program));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task WhatIf_verifies_and_says_what_is_in_the_file()
    {
        await using FakeServerProgram program = Prepare(new ServerRestoreReport { Verified = Samples.ServerBackup() });
        await using Panel panel = await Panel.OpenAsync(connect: false);

        PSObject backup = Assert.Single(await panel.OutputAsync(Command(program) + " -WhatIf"));

        Assert.Equal(("box", 4L), (backup.Text("HostName"), backup.Get("Length")));
        Assert.Equal(["restore-server", "--from", program.DataPath + "/file", "--verify-only", "pass wörd"], await SeenAsync(program));
    }

    [Fact]
    public async Task What_the_program_complains_of_becomes_the_error()
    {
        await using FakeServerProgram program = Prepare(new ServerRestoreReport
        {
            Error = new ErrorInfo { Code = ErrorCode.ServerBackupDamaged, Message = "It is damaged.", Target = "/file", Advice = "Use an older one." },
        });
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync(Command(program));

        Assert.Equal(("ServerBackupDamaged", "/file", "Use an older one."), (error.Id(), error.TargetObject, error.ErrorDetails.RecommendedAction));
    }

    [Fact]
    public async Task Program_that_says_nothing_of_its_own_is_an_error()
    {
        await using var program = new FakeServerProgram("echo 'cannot execute' >&2; echo '{}'; exit 127");
        await File.WriteAllTextAsync(program.DataPath + "/file", "file", TestTimeout.Token);
        await File.WriteAllTextAsync(program.DataPath + "/pw", "pass wörd", TestTimeout.Token);
        await using Panel panel = await Panel.OpenAsync(connect: false);

        ErrorRecord error = await panel.ErrorAsync(Command(program));

        Assert.Equal("ServerRestoreFailed", error.Id());
        Assert.Contains("cannot execute", error.ToString(), StringComparison.Ordinal);
    }

    private static ServerRestoration Restored { get; } = new()
    {
        Backup = Samples.ServerBackup(),
        DataPath = "/hb",
        KeptAside = "/hb/replaced",
        RevokedTokens = 2,
        DroppedRemovals = 1,
    };

    private static FakeServerProgram Prepare(ServerRestoreReport report)
    {
        var program = new FakeServerProgram(Program);
        File.WriteAllText(program.DataPath + "/report", report.Write());
        File.WriteAllText(program.DataPath + "/file", "file");
        File.WriteAllText(program.DataPath + "/pw", "pass wörd");
        return program;
    }

    private static string Command(FakeServerProgram program) =>
        $"Restore-HBServer '{program.DataPath}/file' -PasswordFile '{program.DataPath}/pw' -ServerPath '{program.Path}'";

    private static Task<string[]> SeenAsync(FakeServerProgram program) => File.ReadAllLinesAsync(program.DataPath + "/seen", TestTimeout.Token);
}
