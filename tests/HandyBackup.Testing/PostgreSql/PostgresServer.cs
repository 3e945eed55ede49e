using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HandyBackup.Testing.PostgreSql;

/// <summary>A real PostgreSQL server of a test's own, in a temporary folder, on a free port of the loopback address.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";
    private static readonly TimeSpan s_programLimit = TimeSpan.FromSeconds(60);
    private readonly string _folder;

    private PostgresServer(string folder, int port)
    {
        _folder = folder;
        Port = port;
    }

    /// <summary>The password of the role <c>postgres</c>.</summary>
    public string Password { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Skips the calling test where the programs are not installed.</summary>
    public static void SkipUnlessInstalled() =>
        Assert.SkipUnless(File.Exists(Path.Combine(Binaries, "initdb")), "PostgreSQL 15 is not installed (Debian: postgresql).");

    /// <summary>Makes a cluster and starts it.</summary>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("hb-postgres-").FullName, FindFreePort());
        string passwordFile = Path.Combine(server._folder, "password");
        await File.WriteAllTextAsync(passwordFile, server.Password, cancellationToken).ConfigureAwait(false);
        if (Environment.UserName == "root")
        {
            // PostgreSQL refuses to run as root.
            await RunAsync("chown", ["-R", "postgres:postgres", server._folder], cancellationToken).ConfigureAwait(false);
        }

        await RunAsOwnerAsync("initdb", ["--pgdata", server.Data, "--username=postgres", "--auth=scram-sha-256", "--pwfile", passwordFile, "--no-sync", "--encoding=UTF8", "--locale=C"], cancellationToken).ConfigureAwait(false);
        string settings = string.Create(CultureInfo.InvariantCulture, $"-p {server.Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={server._folder} -c fsync=off");
        await RunAsOwnerAsync("pg_ctl", ["start", "--wait", "--silent", "--pgdata", server.Data, "--log", Path.Combine(server._folder, "log"), "--options", settings], cancellationToken).ConfigureAwait(false);
        return server;
    }

    /// <summary>Runs SQL and gives its result as unaligned text.</summary>
    public Task<string> QueryAsync(string database, string sql, CancellationToken cancellationToken) =>
        RunClientAsync("psql", ["--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname", database, "--command", sql], cancellationToken);

    /// <summary>Runs one of PostgreSQL's client programs against this server.</summary>
    public Task<string> RunClientAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunWithPasswordOfAsync(this, program, arguments, cancellationToken);

    /// <summary>The same with another server's password: a dump of all roles brings their passwords along.</summary>
    public Task<string> RunWithPasswordOfAsync(PostgresServer other, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(
            Path.Combine(Binaries, program),
            ["--host=127.0.0.1", $"--port={Port}", "--username=postgres", .. arguments],
            cancellationToken,
            ("PGPASSWORD", other.Password));

    /// <summary>Stops the server.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        RunAsOwnerAsync("pg_ctl", ["stop", "--mode=immediate", "--wait", "--silent", "--pgdata", Data], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Task<string> RunAsOwnerAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string path = Path.Combine(Binaries, program);
        return Environment.UserName == "root"
            ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments], cancellationToken)
            : RunAsync(path, arguments, cancellationToken);
    }

    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        // Not in a folder that the server's account may be unable to enter.
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_programLimit);
        using Process process = Process.Start(start)!;
        // pg_ctl's server inherits the pipes, so only the client programs are read to the end of them.
        if (Path.GetFileName(program) is "setpriv" or "pg_ctl")
        {
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? "" : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
        }

        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        string output = await process.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        return process.ExitCode == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}: {await errors.ConfigureAwait(false)}");
    }
}
