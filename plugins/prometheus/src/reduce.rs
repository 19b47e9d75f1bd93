//! Fewer samples that draw the same line.

/// Keeps of each stretch of samples the first, the lowest, the highest and the last, in their
/// order: what a line plot shows of them (M4: Jugel et al., "M4: A Visualization-Oriented Time
/// Series Data Aggregation", VLDB 2014). At most `most` samples stay; fewer than 4 are not asked for.
pub fn reduce(times: &mut Vec<i64>, values: &mut Vec<f64>, most: usize) {
    let count = times.len().min(values.len());
    if count <= most {
        return;
    }
    let stretch = count.div_ceil((most / 4).max(1));
    let mut kept = Vec::with_capacity(most);
    for start in (0..count).step_by(stretch) {
        let end = (start + stretch).min(count);
        let Some(part) = values.get(start..end) else {
            break;
        };
        // `total_cmp` puts NaN at the ends; a gap is no extreme value.
        let numbers = || part.iter().enumerate().filter(|(_, value)| !value.is_nan());
        let lowest = numbers().min_by(|(_, a), (_, b)| a.total_cmp(b));
        let highest = numbers().max_by(|(_, a), (_, b)| a.total_cmp(b));
        let mut chosen = [
            start,
            lowest.map_or(start, |(index, _)| start + index),
            highest.map_or(start, |(index, _)| start + index),
            end - 1,
        ];
        chosen.sort_unstable();
        kept.extend(chosen);
    }
    kept.dedup();
    // Indices ascend, so a value is never overwritten before it is read.
    for (target, source) in kept.iter().copied().enumerate() {
        times.swap(target, source);
        values.swap(target, source);
    }
    times.truncate(kept.len());
    values.truncate(kept.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize, most: usize) {
        let mut times: Vec<i64> = (0..count as i64).collect();
        let mut values: Vec<f64> = times
            .iter()
            .map(|time| ((time * 7_919) % 1_009) as f64)
            .collect();
        if count > 500 {
            values[321] = 5_000.0;
            values[322] = -5_000.0;
            values[323] = f64::NAN;
        }
        let before = values.clone();
        reduce(&mut times, &mut values, most);
        assert!(
            times.len() <= most.max(4),
            "{count} {most}: {}",
            times.len()
        );
        assert_eq!(times.len(), values.len());
        assert!(times.is_sorted());
        for (time, value) in times.iter().zip(&values) {
            assert_eq!(before[*time as usize].to_bits(), value.to_bits());
        }
        if count > 500 {
            assert!(values.contains(&5_000.0) && values.contains(&-5_000.0));
            assert_eq!(
                (times.first(), times.last()),
                (Some(&0), Some(&(count as i64 - 1)))
            );
        }
    }

    #[test]
    fn extremes_ends_and_order_stay() {
        for (count, most) in [
            (0, 10),
            (3, 10),
            (10, 10),
            (10_000, 400),
            (10_001, 403),
            (999, 8),
        ] {
            check(count, most);
        }
    }
}
