using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Conditions;

/// <summary>Linux: batteries from <c>/sys</c>, metered networks from NetworkManager, VPNs from the network interfaces.</summary>
/// <param name="powerSupplies">The folder with the machine's power supplies.</param>
/// <param name="time">The clock.</param>
[SupportedOSPlatform("linux")]
public sealed class LinuxMachine(string powerSupplies, TimeProvider time) : IMachine
{
    /// <summary>Where Linux shows the power supplies.</summary>
    public const string PowerSupplies = "/sys/class/power_supply";

    private static readonly TimeSpan s_askingLimit = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<MachineCircumstances> LookAsync(CancellationToken cancellationToken) =>
        new(IsOnBattery(), ParseMetered(await AskNetworkManagerAsync(cancellationToken)), VpnInterfaces.AnyIsUp());

    /// <summary>Reads NetworkManager's property Metered as busctl prints it.</summary>
    internal static bool? ParseMetered(string? answer) => answer?.Trim() switch
    {
        // NMMetered: yes and guessed yes, no and guessed no.
        "u 1" or "u 3" => true,
        "u 2" or "u 4" => false,
        _ => null,
    };

    private bool? IsOnBattery()
    {
        try
        {
            bool discharges = false;
            foreach (string supply in Directory.EnumerateDirectories(powerSupplies))
            {
                string type = Read(supply, "type");
                if (type is "Mains" or "USB" && Read(supply, "online") == "1")
                {
                    return false;
                }

                // Batteries of mice and headsets have the scope Device.
                discharges |= type == "Battery" && Read(supply, "scope") != "Device" && Read(supply, "status") == "Discharging";
            }

            return discharges;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Read(string supply, string name)
    {
        string path = Path.Join(supply, name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }

    // busctl is part of systemd; without it, or without NetworkManager, nobody knows.
    private async Task<string?> AskNetworkManagerAsync(CancellationToken cancellationToken)
    {
        const string Name = "org.freedesktop.NetworkManager";
        using var timeout = new CancellationTokenSource(s_askingLimit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var start = new ProcessStartInfo("busctl", ["--system", "--timeout=4", "get-property", Name, "/org/freedesktop/NetworkManager", Name, "Metered"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process asking = Process.Start(start)!;
            try
            {
                Task<string> errors = asking.StandardError.ReadToEndAsync(limit.Token);
                string answer = await asking.StandardOutput.ReadToEndAsync(limit.Token);
                await errors;
                await asking.WaitForExitAsync(limit.Token);
                return asking.ExitCode == 0 ? answer : null;
            }
            finally
            {
                if (!asking.HasExited)
                {
                    asking.Kill();
                }
            }
        }
        catch (Exception exception) when (exception is Win32Exception or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
