using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Server.Recovery;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Recovery;

/// <summary>The command line of a restoration and what it says; that it restores is tested with the server's core and with real processes.</summary>
public sealed class RestoreProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--from", "file")]
    [InlineData("--data-path", "folder")]
    [InlineData("--from", "file", "--verify-only", "--force")]
    [InlineData("--from", "file", "--verify-only", "--data-path", "folder")]
    [InlineData("--from", "file", "--data-path", "folder", "--listen")]
    [InlineData("--from", "file", "--data-path")]
    public async Task Wrong_command_line_is_told_with_the_usage(params string[] arguments)
    {
        (ServerExitCode code, ErrorInfo error) = await FailAsync("password", arguments);

        Assert.Equal((ServerExitCode.Usage, ErrorCode.InvalidArgument, RestoreArguments.Usage), (code, error.Code, error.Advice));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nsecond line")]
    public async Task Missing_password_is_told(string input)
    {
        (ServerExitCode code, ErrorInfo error) = await FailAsync(input, "--from", _folder.Combine("file"), "--verify-only");

        Assert.Equal((ServerExitCode.Failed, ErrorCode.InvalidArgument, "password"), (code, error.Code, error.Target));
    }

    [Fact]
    public async Task Endless_password_is_not_read_to_its_end()
    {
        (_, ErrorInfo error) = await FailAsync(new string('x', 100_000), "--from", _folder.Combine("file"), "--verify-only");

        Assert.Equal((ErrorCode.InvalidArgument, "password"), (error.Code, error.Target));
    }

    [Fact]
    public async Task Failure_leaves_no_data_path_where_there_was_none()
    {
        await File.WriteAllTextAsync(_folder.Combine("file"), "no backup", TestTimeout.Token);

        (_, ErrorInfo error) = await FailAsync("password", "--from", _folder.Combine("file"), "--data-path", _folder.Combine("new"));

        Assert.Equal(ErrorCode.NotAServerBackup, error.Code);
        Assert.False(Directory.Exists(_folder.Combine("new")));
    }

    private static async Task<(ServerExitCode Code, ErrorInfo Error)> FailAsync(string input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        ServerExitCode code = await RestoreProcess.RunAsync(arguments, new StringReader(input), output, errors, TestTimeout.Token);
        ErrorInfo error = ServerRestoreReport.TryRead(output.ToString())?.Error!;
        Assert.Equal($"hb-server: {error.Message} {error.Advice}".Trim(), errors.ToString().Trim());
        return (code, error);
    }
}
