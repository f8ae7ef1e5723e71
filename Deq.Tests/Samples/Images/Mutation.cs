namespace Deq.Tests.Samples.Images;

/// <summary>What happens to files: bits flip, ends are lost, pieces are overwritten, doubled or appended.</summary>
internal static class Mutation
{
    private const int HeaderLength = 40;

    public static byte[] Of(byte[] file, Random random)
    {
        byte[] changed = [.. file];
        switch (random.Next(7))
        {
            case 0:
                changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                return changed;
            case 1:
                // The header, where a wrong byte costs most.
                changed[random.Next(Math.Min(HeaderLength, changed.Length))] = (byte)random.Next(256);
                return changed;
            case 2:
                return changed[..random.Next(changed.Length)];
            case 3:
                return [.. changed, .. Noise(random, 1 + random.Next(100))];
            case 4:
                int start = random.Next(changed.Length), length = Math.Min(random.Next(64), changed.Length - start);
                Noise(random, length).CopyTo(changed, start);
                return changed;
            case 5:
                int cut = random.Next(changed.Length);
                return [.. changed[..cut], .. changed[Math.Min(changed.Length, cut + 1 + random.Next(16))..]];
            default:
                int from = random.Next(changed.Length);
                return [.. changed[..from], .. changed[(from / 2)..]];
        }
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
