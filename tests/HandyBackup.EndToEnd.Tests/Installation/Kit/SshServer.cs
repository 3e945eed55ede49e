using System.Globalization;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Installation.Kit;

/// <summary>
/// OpenSSH on a <see cref="SystemdMachine"/>, with PowerShell's subsystem. What answers there is the engine's own endpoint, as <c>pwsh -sshs</c> starts it, in this product's shell: PowerShell itself is not
/// installed where tests run. It ends with the machine.
/// </summary>
internal static class SshServer
{
    private const string Program = "/usr/sbin/sshd";

    /// <summary>Skips the calling test where OpenSSH is not installed.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(File.Exists(Program), "OpenSSH's server is not installed (Debian: openssh-server).");

    /// <summary>Starts it on a loopback address.</summary>
    /// <param name="scene">Where the machine is.</param>
    /// <param name="port">The port.</param>
    /// <returns>The command that opens a session as root on it, for a panel on this machine.</returns>
    public static async Task<string> StartAsync(InstallationScene scene, int port)
    {
        string folder = Directory.CreateDirectory(scene.In("ssh")).FullName;
        string key = Path.Join(folder, "key");
        await SystemProgram.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], folder);
        await SystemProgram.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Join(folder, "host")], folder);
        await File.WriteAllTextAsync(Path.Join(folder, "endpoint.ps1"), Endpoint);
        await File.WriteAllTextAsync(Path.Join(folder, "config"), string.Create(CultureInfo.InvariantCulture, $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {key}.pub
            StrictModes no
            UsePAM no
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            PidFile none
            Subsystem powershell {BuiltProduct.Shell} {folder}/endpoint.ps1

            """));

        // The package's own preparations: the user that it works as until somebody has logged in, and a folder. A root without a password may be locked, which keeps keys out, too.
        await scene.Machine.RunAsync("sh", "-euc", """
            mkdir -p /run/sshd
            grep -q '^sshd:' /etc/passwd || echo 'sshd:x:990:65534::/run/sshd:/usr/sbin/nologin' >> /etc/passwd
            sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow
            """);
        await scene.Machine.RunAsync(Program, "-f", Path.Join(folder, "config"));
        return $"New-PSSession -HostName 127.0.0.1 -Port {port} -UserName root -KeyFilePath '{key}' -Options @{{ StrictHostKeyChecking = 'no'; UserKnownHostsFile = '/dev/null'; LogLevel = 'ERROR' }}";
    }

    private const string Endpoint = """
        $endpoint = [psobject].Assembly.GetType('System.Management.Automation.Remoting.Server.StdIOProcessMediator', $true)
        $run = $endpoint.GetMethod('Run', [Reflection.BindingFlags] 'Static, NonPublic')
        $null = $run.Invoke($null, @($null, $null, $null, $null, $true))
        """;
}
